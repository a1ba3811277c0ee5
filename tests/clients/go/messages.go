package main

import (
	"fmt"
	"strings"

	api "github.com/twilio/twilio-go/rest/conversations/v1"
)

func keepingMessages(at place) shown {
	room := at.seat("lunch", "ann")
	made := must(at.CreateConversationMessage("lunch", (&api.CreateConversationMessageParams{}).
		SetAuthor("ann").SetBody("Pizza? 🍕 ¿sí?\nYes & \"no\"").SetAttributes(attested).
		SetDateCreated(leapDay).SetXTwilioWebhookEnabled("true")))
	for number := range 4 {
		body := fmt.Sprintf("more %d", number)
		must(at.CreateConversationMessage("lunch", (&api.CreateConversationMessageParams{}).SetBody(body)))
	}
	in := func(order string) any {
		params := (&api.ListConversationMessageParams{}).SetOrder(order).SetPageSize(2)
		return must(at.ListConversationMessage("lunch", params))
	}
	receipts := (&api.ListConversationMessageReceiptParams{}).SetPageSize(1)
	saw := shown{
		"conversation": room,
		"ann":          must(at.FetchConversationParticipant("lunch", "ann")),
		"made":         made,
		"fetched":      must(at.FetchConversationMessage(*room.Sid, *made.Sid)),
		"updated": must(at.UpdateConversationMessage("lunch", *made.Sid,
			(&api.UpdateConversationMessageParams{}).SetBody("Soup").SetAuthor("bob").SetAttributes("[1, 2]"))),
		"read_back":   must(at.FetchConversationMessage("lunch", *made.Sid)),
		"forwards":    in("asc"),
		"backwards":   in("desc"),
		"receipts":    must(at.ListConversationMessageReceipt("lunch", *made.Sid, receipts)),
		"no_receipt":  refused(at.FetchConversationMessageReceipt("lunch", *made.Sid, unknown("DY"))),
		"no_receipts": refused(at.ListConversationMessageReceipt("lunch", unknown("IM"), receipts)),
		"deleted":     refusal(at.DeleteConversationMessage("lunch", *made.Sid, nil)),
		"gone":        refused(at.FetchConversationMessage("lunch", *made.Sid)),
	}
	saw["left"] = in("asc")
	return saw
}

// unknown is a SID that nothing has.
func unknown(prefix string) string {
	return prefix + strings.Repeat("0", 32)
}

func keepingWebhooks(at place) shown {
	at.seat("lunch")
	create := func(params *api.CreateConversationScopedWebhookParams) *api.ConversationsV1ConversationScopedWebhook {
		return must(at.CreateConversationScopedWebhook("lunch", params))
	}
	hook := create((&api.CreateConversationScopedWebhookParams{}).
		SetTarget("webhook").SetConfigurationUrl("https://example.com/hook?a=1&b=é").
		SetConfigurationMethod("post").SetConfigurationReplayAfter(0).
		SetConfigurationFilters([]string{"onMessageAdded", "onParticipantAdded"}))
	trigger := create((&api.CreateConversationScopedWebhookParams{}).
		SetTarget("trigger").SetConfigurationUrl("https://example.com/trigger").
		SetConfigurationMethod("get").SetConfigurationTriggers([]string{"help", "café"}))
	studio := create((&api.CreateConversationScopedWebhookParams{}).
		SetTarget("studio").SetConfigurationFlowSid(unknown("FW")))
	pages := (&api.ListConversationScopedWebhookParams{}).SetPageSize(1)
	saw := shown{
		"webhook": hook,
		"trigger": trigger,
		"studio":  studio,
		"fetched": must(at.FetchConversationScopedWebhook("lunch", *hook.Sid)),
		"updated": must(at.UpdateConversationScopedWebhook("lunch", *hook.Sid,
			(&api.UpdateConversationScopedWebhookParams{}).SetConfigurationUrl("https://example.com/other").
				SetConfigurationMethod("get").SetConfigurationFilters([]string{"onMessageRemoved"}))),
		"read_back": must(at.FetchConversationScopedWebhook("lunch", *hook.Sid)),
		"listed":    must(at.ListConversationScopedWebhook("lunch", pages)),
		"deleted":   refusal(at.DeleteConversationScopedWebhook("lunch", *hook.Sid)),
		"gone":      refused(at.FetchConversationScopedWebhook("lunch", *hook.Sid)),
		"no_url": refused(at.CreateConversationScopedWebhook("lunch",
			(&api.CreateConversationScopedWebhookParams{}).SetTarget("webhook"))),
	}
	saw["left"] = must(at.ListConversationScopedWebhook("lunch", nil))
	return saw
}
