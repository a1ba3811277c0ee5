package main

import (
	"reflect"

	api "github.com/twilio/twilio-go/rest/conversations/v1"
)

// The door of a service: it takes and gives the account's structs, so that scenarios are told once.
type service struct {
	v1  *api.ApiService
	sid string
}

func (at service) CreateUser(params *api.CreateUserParams) (*api.ConversationsV1User, error) {
	made, err := at.v1.CreateServiceUser(at.sid, twin[api.CreateServiceUserParams](params))
	return twin[api.ConversationsV1User](made), err
}

func (at service) FetchUser(sid string) (*api.ConversationsV1User, error) {
	made, err := at.v1.FetchServiceUser(at.sid, sid)
	return twin[api.ConversationsV1User](made), err
}

func (at service) UpdateUser(sid string, params *api.UpdateUserParams) (*api.ConversationsV1User, error) {
	made, err := at.v1.UpdateServiceUser(at.sid, sid, twin[api.UpdateServiceUserParams](params))
	return twin[api.ConversationsV1User](made), err
}

func (at service) DeleteUser(sid string, params *api.DeleteUserParams) error {
	return at.v1.DeleteServiceUser(at.sid, sid, twin[api.DeleteServiceUserParams](params))
}

func (at service) ListUser(params *api.ListUserParams) ([]api.ConversationsV1User, error) {
	found, err := at.v1.ListServiceUser(at.sid, twin[api.ListServiceUserParams](params))
	return twins[api.ConversationsV1User](found), err
}

func (at service) FetchUserConversation(
	userSid, conversationSid string,
) (*api.ConversationsV1UserConversation, error) {
	made, err := at.v1.FetchServiceUserConversation(at.sid, userSid, conversationSid)
	return twin[api.ConversationsV1UserConversation](made), err
}

func (at service) UpdateUserConversation(
	userSid, conversationSid string, params *api.UpdateUserConversationParams,
) (*api.ConversationsV1UserConversation, error) {
	made, err := at.v1.UpdateServiceUserConversation(
		at.sid, userSid, conversationSid, twin[api.UpdateServiceUserConversationParams](params),
	)
	return twin[api.ConversationsV1UserConversation](made), err
}

func (at service) DeleteUserConversation(userSid, conversationSid string) error {
	return at.v1.DeleteServiceUserConversation(at.sid, userSid, conversationSid)
}

func (at service) ListUserConversation(
	userSid string, params *api.ListUserConversationParams,
) ([]api.ConversationsV1UserConversation, error) {
	found, err := at.v1.ListServiceUserConversation(
		at.sid, userSid, twin[api.ListServiceUserConversationParams](params),
	)
	return twins[api.ConversationsV1UserConversation](found), err
}

func (at service) CreateConversation(
	params *api.CreateConversationParams,
) (*api.ConversationsV1Conversation, error) {
	made, err := at.v1.CreateServiceConversation(at.sid, twin[api.CreateServiceConversationParams](params))
	return twin[api.ConversationsV1Conversation](made), err
}

func (at service) FetchConversation(sid string) (*api.ConversationsV1Conversation, error) {
	made, err := at.v1.FetchServiceConversation(at.sid, sid)
	return twin[api.ConversationsV1Conversation](made), err
}

func (at service) UpdateConversation(
	sid string, params *api.UpdateConversationParams,
) (*api.ConversationsV1Conversation, error) {
	made, err := at.v1.UpdateServiceConversation(
		at.sid, sid, twin[api.UpdateServiceConversationParams](params),
	)
	return twin[api.ConversationsV1Conversation](made), err
}

func (at service) DeleteConversation(sid string, params *api.DeleteConversationParams) error {
	return at.v1.DeleteServiceConversation(at.sid, sid, twin[api.DeleteServiceConversationParams](params))
}

func (at service) ListConversation(
	params *api.ListConversationParams,
) ([]api.ConversationsV1Conversation, error) {
	found, err := at.v1.ListServiceConversation(at.sid, twin[api.ListServiceConversationParams](params))
	return twins[api.ConversationsV1Conversation](found), err
}

func (at service) CreateConversationWithParticipants(
	params *api.CreateConversationWithParticipantsParams,
) (*api.ConversationsV1ConversationWithParticipants, error) {
	made, err := at.v1.CreateServiceConversationWithParticipants(
		at.sid, twin[api.CreateServiceConversationWithParticipantsParams](params),
	)
	return twin[api.ConversationsV1ConversationWithParticipants](made), err
}

func (at service) CreateConversationParticipant(
	conversationSid string, params *api.CreateConversationParticipantParams,
) (*api.ConversationsV1ConversationParticipant, error) {
	made, err := at.v1.CreateServiceConversationParticipant(
		at.sid, conversationSid, twin[api.CreateServiceConversationParticipantParams](params),
	)
	return twin[api.ConversationsV1ConversationParticipant](made), err
}

func (at service) FetchConversationParticipant(
	conversationSid, sid string,
) (*api.ConversationsV1ConversationParticipant, error) {
	made, err := at.v1.FetchServiceConversationParticipant(at.sid, conversationSid, sid)
	return twin[api.ConversationsV1ConversationParticipant](made), err
}

func (at service) UpdateConversationParticipant(
	conversationSid, sid string, params *api.UpdateConversationParticipantParams,
) (*api.ConversationsV1ConversationParticipant, error) {
	made, err := at.v1.UpdateServiceConversationParticipant(
		at.sid, conversationSid, sid, twin[api.UpdateServiceConversationParticipantParams](params),
	)
	return twin[api.ConversationsV1ConversationParticipant](made), err
}

func (at service) DeleteConversationParticipant(
	conversationSid, sid string, params *api.DeleteConversationParticipantParams,
) error {
	return at.v1.DeleteServiceConversationParticipant(
		at.sid, conversationSid, sid, twin[api.DeleteServiceConversationParticipantParams](params),
	)
}

func (at service) ListConversationParticipant(
	conversationSid string, params *api.ListConversationParticipantParams,
) ([]api.ConversationsV1ConversationParticipant, error) {
	found, err := at.v1.ListServiceConversationParticipant(
		at.sid, conversationSid, twin[api.ListServiceConversationParticipantParams](params),
	)
	return twins[api.ConversationsV1ConversationParticipant](found), err
}

func (at service) ListParticipantConversation(
	params *api.ListParticipantConversationParams,
) ([]api.ConversationsV1ParticipantConversation, error) {
	found, err := at.v1.ListServiceParticipantConversation(
		at.sid, twin[api.ListServiceParticipantConversationParams](params),
	)
	return twins[api.ConversationsV1ParticipantConversation](found), err
}

func (at service) CreateConversationMessage(
	conversationSid string, params *api.CreateConversationMessageParams,
) (*api.ConversationsV1ConversationMessage, error) {
	made, err := at.v1.CreateServiceConversationMessage(
		at.sid, conversationSid, twin[api.CreateServiceConversationMessageParams](params),
	)
	return twin[api.ConversationsV1ConversationMessage](made), err
}

func (at service) FetchConversationMessage(
	conversationSid, sid string,
) (*api.ConversationsV1ConversationMessage, error) {
	made, err := at.v1.FetchServiceConversationMessage(at.sid, conversationSid, sid)
	return twin[api.ConversationsV1ConversationMessage](made), err
}

func (at service) UpdateConversationMessage(
	conversationSid, sid string, params *api.UpdateConversationMessageParams,
) (*api.ConversationsV1ConversationMessage, error) {
	made, err := at.v1.UpdateServiceConversationMessage(
		at.sid, conversationSid, sid, twin[api.UpdateServiceConversationMessageParams](params),
	)
	return twin[api.ConversationsV1ConversationMessage](made), err
}

func (at service) DeleteConversationMessage(
	conversationSid, sid string, params *api.DeleteConversationMessageParams,
) error {
	return at.v1.DeleteServiceConversationMessage(
		at.sid, conversationSid, sid, twin[api.DeleteServiceConversationMessageParams](params),
	)
}

func (at service) ListConversationMessage(
	conversationSid string, params *api.ListConversationMessageParams,
) ([]api.ConversationsV1ConversationMessage, error) {
	found, err := at.v1.ListServiceConversationMessage(
		at.sid, conversationSid, twin[api.ListServiceConversationMessageParams](params),
	)
	return twins[api.ConversationsV1ConversationMessage](found), err
}

func (at service) FetchConversationMessageReceipt(
	conversationSid, messageSid, sid string,
) (*api.ConversationsV1ConversationMessageReceipt, error) {
	made, err := at.v1.FetchServiceConversationMessageReceipt(at.sid, conversationSid, messageSid, sid)
	return twin[api.ConversationsV1ConversationMessageReceipt](made), err
}

func (at service) ListConversationMessageReceipt(
	conversationSid, messageSid string, params *api.ListConversationMessageReceiptParams,
) ([]api.ConversationsV1ConversationMessageReceipt, error) {
	found, err := at.v1.ListServiceConversationMessageReceipt(
		at.sid, conversationSid, messageSid, twin[api.ListServiceConversationMessageReceiptParams](params),
	)
	return twins[api.ConversationsV1ConversationMessageReceipt](found), err
}

func (at service) CreateConversationScopedWebhook(
	conversationSid string, params *api.CreateConversationScopedWebhookParams,
) (*api.ConversationsV1ConversationScopedWebhook, error) {
	made, err := at.v1.CreateServiceConversationScopedWebhook(
		at.sid, conversationSid, twin[api.CreateServiceConversationScopedWebhookParams](params),
	)
	return twin[api.ConversationsV1ConversationScopedWebhook](made), err
}

func (at service) FetchConversationScopedWebhook(
	conversationSid, sid string,
) (*api.ConversationsV1ConversationScopedWebhook, error) {
	made, err := at.v1.FetchServiceConversationScopedWebhook(at.sid, conversationSid, sid)
	return twin[api.ConversationsV1ConversationScopedWebhook](made), err
}

func (at service) UpdateConversationScopedWebhook(
	conversationSid, sid string, params *api.UpdateConversationScopedWebhookParams,
) (*api.ConversationsV1ConversationScopedWebhook, error) {
	made, err := at.v1.UpdateServiceConversationScopedWebhook(
		at.sid, conversationSid, sid, twin[api.UpdateServiceConversationScopedWebhookParams](params),
	)
	return twin[api.ConversationsV1ConversationScopedWebhook](made), err
}

func (at service) DeleteConversationScopedWebhook(conversationSid, sid string) error {
	return at.v1.DeleteServiceConversationScopedWebhook(at.sid, conversationSid, sid)
}

func (at service) ListConversationScopedWebhook(
	conversationSid string, params *api.ListConversationScopedWebhookParams,
) ([]api.ConversationsV1ConversationScopedWebhook, error) {
	found, err := at.v1.ListServiceConversationScopedWebhook(
		at.sid, conversationSid, twin[api.ListServiceConversationScopedWebhookParams](params),
	)
	return twins[api.ConversationsV1ConversationScopedWebhook](found), err
}

func (at service) CreateRole(params *api.CreateRoleParams) (*api.ConversationsV1Role, error) {
	made, err := at.v1.CreateServiceRole(at.sid, twin[api.CreateServiceRoleParams](params))
	return twin[api.ConversationsV1Role](made), err
}

func (at service) FetchRole(sid string) (*api.ConversationsV1Role, error) {
	made, err := at.v1.FetchServiceRole(at.sid, sid)
	return twin[api.ConversationsV1Role](made), err
}

func (at service) UpdateRole(sid string, params *api.UpdateRoleParams) (*api.ConversationsV1Role, error) {
	made, err := at.v1.UpdateServiceRole(at.sid, sid, twin[api.UpdateServiceRoleParams](params))
	return twin[api.ConversationsV1Role](made), err
}

func (at service) DeleteRole(sid string) error {
	return at.v1.DeleteServiceRole(at.sid, sid)
}

func (at service) ListRole(params *api.ListRoleParams) ([]api.ConversationsV1Role, error) {
	found, err := at.v1.ListServiceRole(at.sid, twin[api.ListServiceRoleParams](params))
	return twins[api.ConversationsV1Role](found), err
}

// twin is the same struct as the other door has it: its name and at times its fields' order differ.
// A service's may know besides which service that is, and then has to.
func twin[To, From any](from *From) *To {
	if from == nil {
		return nil
	}
	here, there := reflect.ValueOf(from).Elem(), reflect.New(reflect.TypeFor[To]()).Elem()
	for index := range there.NumField() {
		there.Field(index).Set(here.FieldByName(there.Type().Field(index).Name))
	}
	if here.NumField() > there.NumField() && here.FieldByName("ChatServiceSid").IsNil() {
		panic(here.Type().Name() + " does not say whose it is")
	}
	return there.Addr().Interface().(*To)
}

func twins[To, From any](found []From) []To {
	return each(found, func(one From) To { return *twin[To](&one) })
}
