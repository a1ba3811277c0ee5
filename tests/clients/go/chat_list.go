package main

import (
	"fmt"

	api "github.com/twilio/twilio-go/rest/conversations/v1"
)

const (
	rooms    = 20
	ours     = "+15550100000"
	attested = `{"motto": "¡Olé! 名前 ☕"}`
)

// aChatList is what a program on a team's server does: people, rooms, who is where, what they say,
// and every list of it in pages that do not hold it at once.
func aChatList(at place) shown {
	people := []any{}
	for _, identity := range []string{"ann", "bob", "cy"} {
		params := (&api.CreateUserParams{}).SetIdentity(identity).SetFriendlyName("Zoë " + identity)
		people = append(people, must(at.CreateUser(params.SetAttributes(attested))))
	}
	made := []any{}
	for number := range rooms {
		made = append(made, furnish(at, number))
	}
	anns := listedOfAnn(at)
	reading := (&api.UpdateUserConversationParams{}).SetLastReadMessageIndex(0)
	muting := (&api.UpdateUserConversationParams{}).SetNotificationLevel("muted")
	return shown{
		"people":        people,
		"made":          made,
		"anns":          anns,
		"read":          must(at.UpdateUserConversation("ann", "room-00", reading)),
		"muted":         must(at.UpdateUserConversation("ann", "room-01", muting)),
		"left":          refusal(at.DeleteUserConversation("ann", "room-02")),
		"anns_after":    listedOfAnn(at),
		"conversations": must(at.ListConversation((&api.ListConversationParams{}).SetPageSize(6))),
		"users":         must(at.ListUser((&api.ListUserParams{}).SetPageSize(2))),
		"participants": must(at.ListConversationParticipant(
			"room-00", (&api.ListConversationParticipantParams{}).SetPageSize(1),
		)),
		"messages": must(at.ListConversationMessage(
			"room-00", (&api.ListConversationMessageParams{}).SetPageSize(2),
		)),
	}
}

// furnish makes a room with Ann, every other time Bob, someone on a phone, and three messages.
func furnish(at place, number int) any {
	name := fmt.Sprintf("room-%02d", number)
	made := must(at.CreateConversation((&api.CreateConversationParams{}).
		SetUniqueName(name).SetFriendlyName("Room " + name).SetAttributes(attested)))
	must(at.CreateConversationParticipant(name, chatParticipant("ann")))
	if number%2 == 0 {
		must(at.CreateConversationParticipant(name, chatParticipant("bob")))
	}
	phone := fmt.Sprintf("+155502000%02d", number)
	must(at.CreateConversationParticipant(name, addressParticipant(phone, ours)))
	for index := range 3 {
		params := (&api.CreateConversationMessageParams{}).
			SetAuthor("bob").SetBody(fmt.Sprintf("Grüße %d", index)).SetAttributes(attested)
		must(at.CreateConversationMessage(name, params))
	}
	return made
}

func listedOfAnn(at place) any {
	return must(at.ListUserConversation("ann", (&api.ListUserConversationParams{}).SetPageSize(7)))
}
