// Plays every scenario with the official Go library; prints what it showed, a JSON line each.
//
// Nothing here says where the server is: `partywire exec` leads the library there.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"runtime/debug"
)

// What is printed of a scenario that was played: what it saw, or why it did not come to its end.
type line struct {
	Scenario string `json:"scenario"`
	Door     string `json:"door"`
	Account  string `json:"account"`
	Saw      any    `json:"saw,omitempty"`
	Error    string `json:"error,omitempty"`
}

// A scenario, and the name under which its tests find what it showed.
type scenario struct {
	name string
	play func(place) shown
}

var atBothDoors = []scenario{
	{"a_chat_list", aChatList},
	{"keeping_users", keepingUsers},
	{"keeping_conversations", keepingConversations},
	{"filtering_conversations", filteringConversations},
	{"starting_with_participants", startingWithParticipants},
	{"keeping_participants", keepingParticipants},
	{"speaking_for_addresses", speakingForAddresses},
	{"finding_where_someone_is", findingWhereSomeoneIs},
	{"keeping_messages", keepingMessages},
	{"having_conversations", havingConversations},
	{"keeping_webhooks", keepingWebhooks},
	{"keeping_roles", keepingRoles},
	{"naming", naming},
	{"paging_below_names", pagingBelowNames},
	{"being_refused", beingRefused},
}

var atTheAccount = []scenario{
	{"signing_in", signingIn},
	{"keeping_services", keepingServices},
	{"keeping_credentials", keepingCredentials},
	{"keeping_addresses", keepingAddresses},
	{"configuring", configuringTheAccount},
	{"configuring_webhooks", configuringTheAccountsWebhooks},
}

var atAService = []scenario{
	{"configuring", configuringAService},
	{"configuring_webhooks", configuringAServicesWebhooks},
	{"configuring_notifications", configuringNotifications},
	{"looking_for_bindings", lookingForBindings},
}

func main() {
	for door, scenarios := range map[string][]scenario{
		"account": append(atTheAccount, atBothDoors...),
		"service": append(atAService, atBothDoors...),
	} {
		for _, one := range scenarios {
			tell(one, door)
		}
	}
}

func tell(one scenario, door string) {
	line := line{Scenario: one.name, Door: door}
	func() {
		defer func() {
			if reason := recover(); reason != nil {
				line.Error = fmt.Sprintf("%v\n%s", reason, debug.Stack())
			}
		}()
		at := newPlace(door)
		line.Account = at.account
		line.Saw = plain(one.play(at))
	}()
	check(json.NewEncoder(os.Stdout).Encode(line))
}
