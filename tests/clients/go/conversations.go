package main

import (
	"fmt"
	"net/url"
	"time"

	api "github.com/twilio/twilio-go/rest/conversations/v1"
)

// A moment, told by a clock that is five and a half hours ahead.
var leapDay = time.Date(2024, time.February, 29, 18, 0, 15, 0, time.FixedZone("", 19_800))

func keepingConversations(at place) shown {
	made := must(at.CreateConversation((&api.CreateConversationParams{}).
		SetUniqueName("lunch").SetFriendlyName("Déjeuner").SetAttributes(attested).
		SetDateCreated(leapDay).SetState("inactive").
		SetTimersInactive("PT5M").SetTimersClosed("P1D").SetXTwilioWebhookEnabled("true")))
	saw := shown{
		"made":    made,
		"by_sid":  must(at.FetchConversation(*made.Sid)),
		"by_name": must(at.FetchConversation("lunch")),
		"updated": must(at.UpdateConversation("lunch", (&api.UpdateConversationParams{}).
			SetUniqueName("late").SetFriendlyName("Late lunch").SetState("active").
			SetTimersInactive("PT0S").SetTimersClosed("PT0S"))),
		"read_back":   must(at.FetchConversation("late")),
		"by_old_name": refused(at.FetchConversation("lunch")),
		"deleted":     refusal(at.DeleteConversation(*made.Sid, nil)),
		"gone":        refused(at.FetchConversation(*made.Sid)),
	}
	saw["listed"] = must(at.ListConversation(nil))
	return saw
}

func filteringConversations(at place) shown {
	for month := 1; month <= 4; month++ {
		moment := time.Date(2024, time.Month(month), 10, 8, 0, 0, 0, time.UTC)
		state := []string{"active", "inactive"}[month%2]
		must(at.CreateConversation((&api.CreateConversationParams{}).
			SetUniqueName(fmt.Sprintf("month %d", month)).SetDateCreated(moment).SetState(state)))
	}
	with := func(params *api.ListConversationParams) any {
		return each(must(at.ListConversation(params)), func(one api.ConversationsV1Conversation) string {
			return *one.UniqueName
		})
	}
	from, until := "2024-02-01T00:00:00Z", "2024-03-31T23:59:59Z"
	return shown{
		"active":  with((&api.ListConversationParams{}).SetState("active")),
		"from":    with((&api.ListConversationParams{}).SetStartDate(from)),
		"until":   with((&api.ListConversationParams{}).SetEndDate(until)),
		"between": with((&api.ListConversationParams{}).SetStartDate(from).SetEndDate(until)),
		"in_pages": with((&api.ListConversationParams{}).
			SetStartDate("2024-01-01T00:00:00Z").SetState("inactive").SetPageSize(1)),
	}
}

func havingConversations(at place) shown {
	room := at.seat("lunch", "ann", "bob")
	user := must(at.FetchUser("ann"))
	for range 3 {
		must(at.CreateConversationMessage("lunch", (&api.CreateConversationMessageParams{}).SetBody("x")))
	}
	saw := shown{
		"conversation": room,
		"user":         user,
		"by_sids":      must(at.FetchUserConversation(*user.Sid, *room.Sid)),
		"by_names":     must(at.FetchUserConversation("ann", "lunch")),
		"updated": must(at.UpdateUserConversation("ann", "lunch", (&api.UpdateUserConversationParams{}).
			SetNotificationLevel("muted").SetLastReadMessageIndex(1).SetLastReadTimestamp(leapDay))),
		"read_back":   must(at.FetchUserConversation("ann", "lunch")),
		"participant": must(at.FetchConversationParticipant("lunch", "ann")),
		"bobs":        must(at.ListUserConversation("bob", nil)),
		"left":        refusal(at.DeleteUserConversation("ann", "lunch")),
		"gone":        refused(at.FetchUserConversation("ann", "lunch")),
	}
	saw["listed"] = must(at.ListUserConversation("ann", nil))
	return saw
}

// naming puts names into paths as they are, as the library does, and escaped.
func naming(at place) shown {
	saw := shown{}
	for _, name := range []string{"ann lee", "jörg", "名前", "a+b", "ann@example.com", "user.42", "x/y", "50%"} {
		made := at.seat(name, name)
		found := func(name string) any {
			one, err := at.FetchUserConversation(name, name)
			if err != nil {
				return refusal(err)
			}
			return *one.ConversationSid
		}
		saw[name] = shown{"made": made, "as_it_is": found(name), "escaped": found(url.PathEscape(name))}
	}
	return saw
}

// pagingBelowNames follows pages whose URLs say in other words what the names before them said.
func pagingBelowNames(at place) shown {
	for _, name := range []string{"a b", "c+d", "é"} {
		at.seat(name, "ann@example.com", "bob")
		for index := range 2 {
			must(at.CreateConversationMessage(
				name, (&api.CreateConversationMessageParams{}).SetBody(fmt.Sprint(index)),
			))
		}
	}
	return shown{
		"conversations": must(at.ListUserConversation(
			"ann@example.com", (&api.ListUserConversationParams{}).SetPageSize(1),
		)),
		"participants": must(at.ListConversationParticipant(
			"a b", (&api.ListConversationParticipantParams{}).SetPageSize(1),
		)),
		"messages": must(at.ListConversationMessage(
			"é", (&api.ListConversationMessageParams{}).SetPageSize(1),
		)),
	}
}
