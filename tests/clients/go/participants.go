package main

import (
	"fmt"
	"time"

	api "github.com/twilio/twilio-go/rest/conversations/v1"
)

func keepingParticipants(at place) shown {
	room := at.seat("lunch", "bob")
	must(at.CreateConversationMessage("lunch", (&api.CreateConversationMessageParams{}).SetBody("x")))
	role := must(at.CreateRole((&api.CreateRoleParams{}).
		SetFriendlyName("reader").SetType("conversation").SetPermission([]string{"leaveConversation"})))
	made := must(at.CreateConversationParticipant("lunch", chatParticipant("ann").
		SetAttributes(attested).SetRoleSid(*role.Sid).SetDateCreated(leapDay).
		SetXTwilioWebhookEnabled("true")))
	saw := shown{
		"conversation": room,
		"role":         role,
		"made":         made,
		"by_sid":       must(at.FetchConversationParticipant(*room.Sid, *made.Sid)),
		"by_identity":  must(at.FetchConversationParticipant("lunch", "ann")),
		"updated": must(at.UpdateConversationParticipant("lunch", *made.Sid,
			(&api.UpdateConversationParticipantParams{}).SetAttributes("{}").
				SetLastReadMessageIndex(0).SetLastReadTimestamp("2026-01-01T12:00:00+01:00"))),
		"read_back": must(at.FetchConversationParticipant("lunch", *made.Sid)),
		"listed": must(at.ListConversationParticipant(
			"lunch", (&api.ListConversationParticipantParams{}).SetPageSize(1),
		)),
		"role_gone":   refusal(at.DeleteRole(*role.Sid)),
		"fallen_back": must(at.FetchConversationParticipant("lunch", *made.Sid)),
		"deleted":     refusal(at.DeleteConversationParticipant("lunch", *made.Sid, nil)),
		"gone":        refused(at.FetchConversationParticipant("lunch", *made.Sid)),
	}
	saw["left"] = must(at.ListConversationParticipant("lunch", nil))
	return saw
}

// speakingForAddresses shows the other kind of participant: someone on a phone.
func speakingForAddresses(at place) shown {
	at.seat("support")
	at.seat("sales")
	customer := addressParticipant("+15550200001", ours)
	made := must(at.CreateConversationParticipant("support", customer.SetAttributes(attested)))
	whatsapp := addressParticipant("whatsapp:+15550200002", "whatsapp:"+ours)
	saw := shown{
		"made":     made,
		"fetched":  must(at.FetchConversationParticipant("support", *made.Sid)),
		"whatsapp": must(at.CreateConversationParticipant("support", whatsapp)),
		"updated": must(at.UpdateConversationParticipant("support", *made.Sid,
			(&api.UpdateConversationParticipantParams{}).SetAttributes(`{"vip": true}`))),
		"taken": refused(at.CreateConversationParticipant("sales", customer)),
		"where": must(at.FetchConversation("support")),
		"said": must(at.CreateConversationMessage("support",
			(&api.CreateConversationMessageParams{}).SetAuthor("+15550200001").SetBody("Hi"))),
		"malformed": refused(at.CreateConversationParticipant("sales", addressParticipant("phone", ours))),
		"deleted":   refusal(at.DeleteConversationParticipant("support", *made.Sid, nil)),
	}
	saw["free_again"] = must(at.CreateConversationParticipant("sales", customer))
	must(at.UpdateConversation("sales", (&api.UpdateConversationParams{}).SetState("closed")))
	saw["free_after_closing"] = must(at.CreateConversationParticipant("support", customer))
	return saw
}

func startingWithParticipants(at place) shown {
	made := must(at.CreateConversationWithParticipants((&api.CreateConversationWithParticipantsParams{}).
		SetFriendlyName("Crew").SetUniqueName("crew").SetAttributes(attested).
		SetParticipant([]string{
			`{"identity": "ann", "attributes": "{\"seat\": 1}"}`,
			`{"messaging_binding": {"address": "+15550200001", "proxy_address": "` + ours + `"}}`,
		})))
	alone := must(at.CreateConversationWithParticipants(
		(&api.CreateConversationWithParticipantsParams{}).SetFriendlyName("Alone")))
	return shown{
		"made":         made,
		"settled":      settled(at, *made.Sid),
		"participants": must(at.ListConversationParticipant(*made.Sid, nil)),
		"alone":        alone,
		"broken": refused(at.CreateConversationWithParticipants(
			(&api.CreateConversationWithParticipantsParams{}).SetParticipant([]string{"{"}))),
	}
}

// settled asks until the participants are in: nothing but asking tells a client.
func settled(at place, sid string) *api.ConversationsV1Conversation {
	for deadline := time.Now().Add(20 * time.Second); ; {
		found := must(at.FetchConversation(sid))
		if *found.State != "initializing" || time.Now().After(deadline) {
			return found
		}
	}
}

func findingWhereSomeoneIs(at place) shown {
	for number := range 5 {
		room := at.seat(fmt.Sprintf("room %d", number), "ann", "user.42")
		if number < 2 {
			phone := addressParticipant("+15550200001", fmt.Sprintf("+1555010000%d", number))
			must(at.CreateConversationParticipant(*room.Sid, phone))
		}
	}
	must(at.UpdateConversation("room 4", (&api.UpdateConversationParams{}).SetState("closed")))
	of := func() *api.ListParticipantConversationParams {
		return (&api.ListParticipantConversationParams{}).SetPageSize(2)
	}
	return shown{
		"ann":          must(at.FetchUser("ann")),
		"by_identity":  must(at.ListParticipantConversation(of().SetIdentity("ann"))),
		"by_address":   must(at.ListParticipantConversation(of().SetAddress("+15550200001").SetPageSize(1))),
		"with_a_digit": must(at.ListParticipantConversation(of().SetIdentity("user.42"))),
		"nobody":       must(at.ListParticipantConversation(of().SetIdentity("nobody"))),
		"both":         refused(at.ListParticipantConversation(of().SetIdentity("ann").SetAddress("+15550200001"))),
		"neither":      refused(at.ListParticipantConversation(of())),
	}
}
