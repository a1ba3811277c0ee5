package main

import api "github.com/twilio/twilio-go/rest/conversations/v1"

// What a scenario does at a door. The account's is the library's own client as it is; a service's are
// the functions beside it whose names say Service.
type door interface {
	CreateUser(params *api.CreateUserParams) (*api.ConversationsV1User, error)
	FetchUser(sid string) (*api.ConversationsV1User, error)
	UpdateUser(sid string, params *api.UpdateUserParams) (*api.ConversationsV1User, error)
	DeleteUser(sid string, params *api.DeleteUserParams) error
	ListUser(params *api.ListUserParams) ([]api.ConversationsV1User, error)
	FetchUserConversation(userSid, conversationSid string) (*api.ConversationsV1UserConversation, error)
	UpdateUserConversation(
		userSid, conversationSid string, params *api.UpdateUserConversationParams,
	) (*api.ConversationsV1UserConversation, error)
	DeleteUserConversation(userSid, conversationSid string) error
	ListUserConversation(
		userSid string, params *api.ListUserConversationParams,
	) ([]api.ConversationsV1UserConversation, error)
	CreateConversation(params *api.CreateConversationParams) (*api.ConversationsV1Conversation, error)
	FetchConversation(sid string) (*api.ConversationsV1Conversation, error)
	UpdateConversation(
		sid string, params *api.UpdateConversationParams,
	) (*api.ConversationsV1Conversation, error)
	DeleteConversation(sid string, params *api.DeleteConversationParams) error
	ListConversation(params *api.ListConversationParams) ([]api.ConversationsV1Conversation, error)
	CreateConversationWithParticipants(
		params *api.CreateConversationWithParticipantsParams,
	) (*api.ConversationsV1ConversationWithParticipants, error)
	CreateConversationParticipant(
		conversationSid string, params *api.CreateConversationParticipantParams,
	) (*api.ConversationsV1ConversationParticipant, error)
	FetchConversationParticipant(
		conversationSid, sid string,
	) (*api.ConversationsV1ConversationParticipant, error)
	UpdateConversationParticipant(
		conversationSid, sid string, params *api.UpdateConversationParticipantParams,
	) (*api.ConversationsV1ConversationParticipant, error)
	DeleteConversationParticipant(
		conversationSid, sid string, params *api.DeleteConversationParticipantParams,
	) error
	ListConversationParticipant(
		conversationSid string, params *api.ListConversationParticipantParams,
	) ([]api.ConversationsV1ConversationParticipant, error)
	ListParticipantConversation(
		params *api.ListParticipantConversationParams,
	) ([]api.ConversationsV1ParticipantConversation, error)
	CreateConversationMessage(
		conversationSid string, params *api.CreateConversationMessageParams,
	) (*api.ConversationsV1ConversationMessage, error)
	FetchConversationMessage(conversationSid, sid string) (*api.ConversationsV1ConversationMessage, error)
	UpdateConversationMessage(
		conversationSid, sid string, params *api.UpdateConversationMessageParams,
	) (*api.ConversationsV1ConversationMessage, error)
	DeleteConversationMessage(conversationSid, sid string, params *api.DeleteConversationMessageParams) error
	ListConversationMessage(
		conversationSid string, params *api.ListConversationMessageParams,
	) ([]api.ConversationsV1ConversationMessage, error)
	FetchConversationMessageReceipt(
		conversationSid, messageSid, sid string,
	) (*api.ConversationsV1ConversationMessageReceipt, error)
	ListConversationMessageReceipt(
		conversationSid, messageSid string, params *api.ListConversationMessageReceiptParams,
	) ([]api.ConversationsV1ConversationMessageReceipt, error)
	CreateConversationScopedWebhook(
		conversationSid string, params *api.CreateConversationScopedWebhookParams,
	) (*api.ConversationsV1ConversationScopedWebhook, error)
	FetchConversationScopedWebhook(
		conversationSid, sid string,
	) (*api.ConversationsV1ConversationScopedWebhook, error)
	UpdateConversationScopedWebhook(
		conversationSid, sid string, params *api.UpdateConversationScopedWebhookParams,
	) (*api.ConversationsV1ConversationScopedWebhook, error)
	DeleteConversationScopedWebhook(conversationSid, sid string) error
	ListConversationScopedWebhook(
		conversationSid string, params *api.ListConversationScopedWebhookParams,
	) ([]api.ConversationsV1ConversationScopedWebhook, error)
	CreateRole(params *api.CreateRoleParams) (*api.ConversationsV1Role, error)
	FetchRole(sid string) (*api.ConversationsV1Role, error)
	UpdateRole(sid string, params *api.UpdateRoleParams) (*api.ConversationsV1Role, error)
	DeleteRole(sid string) error
	ListRole(params *api.ListRoleParams) ([]api.ConversationsV1Role, error)
}
