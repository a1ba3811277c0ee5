package main

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/twilio/twilio-go"
	"github.com/twilio/twilio-go/client"
	api "github.com/twilio/twilio-go/rest/conversations/v1"
)

// Where a scenario plays: a new account, and one of its doors.
type place struct {
	account string
	v1      *api.ApiService
	service string // the one whose door it is; empty at the account's
	door
}

func newPlace(name string) place {
	account := "AC" + token()
	v1 := twilio.NewRestClientWithParams(
		twilio.ClientParams{Username: account, Password: token()},
	).ConversationsV1
	if name == "account" {
		return place{account, v1, "", v1}
	}
	made := must(v1.CreateService((&api.CreateServiceParams{}).SetFriendlyName("Shop")))
	return place{account, v1, *made.Sid, service{v1, *made.Sid}}
}

// seat makes a conversation with these participants.
func (at place) seat(name string, identities ...string) *api.ConversationsV1Conversation {
	made := must(at.CreateConversation((&api.CreateConversationParams{}).SetUniqueName(name)))
	for _, identity := range identities {
		must(at.CreateConversationParticipant(*made.Sid, chatParticipant(identity)))
	}
	return made
}

func chatParticipant(identity string) *api.CreateConversationParticipantParams {
	return (&api.CreateConversationParticipantParams{}).SetIdentity(identity)
}

func addressParticipant(address, proxy string) *api.CreateConversationParticipantParams {
	return (&api.CreateConversationParticipantParams{}).
		SetMessagingBindingAddress(address).
		SetMessagingBindingProxyAddress(proxy)
}

// A token of letters and digits, as the library wants.
func token() string {
	random := make([]byte, 16)
	must(rand.Read(random))
	return hex.EncodeToString(random)
}

func must[T any](made T, err error) T {
	check(err)
	return made
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}

// refusal is what the library's own error says; nil where there was none.
func refusal(err error) any {
	var rest *client.TwilioRestError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &rest):
		return shown{
			"status": rest.Status, "code": rest.Code,
			"message": rest.Message, "more_info": rest.MoreInfo,
		}
	default:
		return fmt.Sprintf("%T: %v", err, err)
	}
}

func refused[T any](_ T, err error) any {
	return refusal(err)
}

func each[From, To any](found []From, as func(From) To) []To {
	made := make([]To, 0, len(found))
	for _, one := range found {
		made = append(made, as(one))
	}
	return made
}

type shown map[string]any

// plain makes of the library's structs what JSON has words for: every field under its name on the
// wire, and a date marked as one, so that a text does not pass for it.
func plain(value any) any {
	if value == nil {
		return nil
	}
	if date, ok := value.(time.Time); ok {
		return shown{"$date": date.UTC().Format(time.RFC3339Nano)}
	}
	found := reflect.ValueOf(value)
	switch found.Kind() {
	case reflect.Pointer:
		if found.IsNil() {
			return nil
		}
		return plain(found.Elem().Interface())
	case reflect.Struct:
		fields := shown{}
		for index := range found.NumField() {
			name, _, _ := strings.Cut(found.Type().Field(index).Tag.Get("json"), ",")
			fields[name] = plain(found.Field(index).Interface())
		}
		return fields
	case reflect.Map:
		entries := shown{}
		for _, key := range found.MapKeys() {
			entries[key.String()] = plain(found.MapIndex(key).Interface())
		}
		return entries
	case reflect.Slice:
		items := make([]any, found.Len())
		for index := range items {
			items[index] = plain(found.Index(index).Interface())
		}
		return items
	default:
		return value
	}
}
