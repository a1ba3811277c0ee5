package main

import (
	"errors"
	"os"

	"github.com/twilio/twilio-go"
	"github.com/twilio/twilio-go/client"
	api "github.com/twilio/twilio-go/rest/conversations/v1"
)

// signingIn leaves the credentials to the environment, as most programs do.
func signingIn(place) shown {
	v1 := twilio.NewRestClient().ConversationsV1
	made := must(v1.CreateConversation(nil))
	return shown{
		"as":      os.Getenv("TWILIO_ACCOUNT_SID"),
		"made":    made,
		"fetched": must(v1.FetchConversation(*made.Sid)),
	}
}

func keepingUsers(at place) shown {
	role := must(at.CreateRole((&api.CreateRoleParams{}).
		SetFriendlyName("guest").SetType("service").SetPermission([]string{"joinConversation"})))
	made := must(at.CreateUser((&api.CreateUserParams{}).
		SetIdentity("ann").SetFriendlyName("Zoë Ångström").SetAttributes(attested).
		SetRoleSid(*role.Sid).SetXTwilioWebhookEnabled("true")))
	for _, identity := range []string{"bob", "cy"} {
		must(at.CreateUser((&api.CreateUserParams{}).SetIdentity(identity)))
	}
	saw := shown{
		"role":        role,
		"made":        made,
		"by_sid":      must(at.FetchUser(*made.Sid)),
		"by_identity": must(at.FetchUser("ann")),
		"updated": must(at.UpdateUser("ann", (&api.UpdateUserParams{}).
			SetFriendlyName("Ann").SetAttributes(`{"n": 1.50}`))),
		"read_back": must(at.FetchUser("ann")),
		"twice":     refused(at.CreateUser((&api.CreateUserParams{}).SetIdentity("ann"))),
		"listed":    must(at.ListUser((&api.ListUserParams{}).SetPageSize(1))),
		"limited":   must(at.ListUser((&api.ListUserParams{}).SetPageSize(1).SetLimit(2))),
		"deleted":   refusal(at.DeleteUser(*made.Sid, nil)),
		"gone":      refused(at.FetchUser("ann")),
	}
	saw["left"] = must(at.ListUser(nil))
	return saw
}

func beingRefused(at place) shown {
	at.seat("lunch", "ann")
	at.seat("dinner")
	named := func(name string) *api.CreateConversationParams {
		return (&api.CreateConversationParams{}).SetUniqueName(name)
	}
	level := (&api.UpdateUserConversationParams{}).SetNotificationLevel("loud")
	index := (&api.UpdateUserConversationParams{}).SetLastReadMessageIndex(-1)
	return shown{
		"unknown_user":              refused(at.FetchUser("nobody")),
		"unknown_user_conversation": refused(at.FetchUserConversation("ann", "dinner")),
		"participant_twice":         refused(at.CreateConversationParticipant("lunch", chatParticipant("ann"))),
		"name_taken":                refused(at.CreateConversation(named("lunch"))),
		"bad_level":                 refused(at.UpdateUserConversation("ann", "lunch", level)),
		"bad_index":                 refused(at.UpdateUserConversation("ann", "lunch", index)),
		"bad_attributes":            refused(at.UpdateUser("ann", (&api.UpdateUserParams{}).SetAttributes("{"))),
		"no_body":                   refused(at.CreateConversationMessage("lunch", nil)),
		"list_of_nothing":           refused(at.ListConversationParticipant("nowhere", nil)),
		"unknown_credentials":       refused(strangers().FetchConversation("lunch")),
		"credentials_of_symbols":    byTheLibrary(strange("a-token-with-dashes")),
	}
}

func strange(token string) error {
	params := twilio.ClientParams{Username: "ACstrange", Password: token}
	_, err := twilio.NewRestClientWithParams(params).ConversationsV1.ListConversation(nil)
	return err
}

// strangers is a client of an account that no bench opens: its user name is none.
func strangers() *api.ApiService {
	params := twilio.ClientParams{Username: "nobody", Password: token()}
	return twilio.NewRestClientWithParams(params).ConversationsV1
}

// byTheLibrary is the code with which the library itself refuses to send a request.
func byTheLibrary(err error) int {
	var rest *client.TwilioRestError
	if !errors.As(err, &rest) {
		return 0
	}
	return rest.Code
}
