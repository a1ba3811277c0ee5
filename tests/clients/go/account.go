package main

import (
	"fmt"

	api "github.com/twilio/twilio-go/rest/conversations/v1"
)

func keepingServices(at place) shown {
	made := must(at.v1.CreateService((&api.CreateServiceParams{}).SetFriendlyName("Café")))
	for number := range 4 {
		name := fmt.Sprintf("Shop %d", number)
		must(at.v1.CreateService((&api.CreateServiceParams{}).SetFriendlyName(name)))
	}
	saw := shown{
		"made":    made,
		"fetched": must(at.v1.FetchService(*made.Sid)),
		"listed":  must(at.v1.ListService((&api.ListServiceParams{}).SetPageSize(2))),
		"deleted": refusal(at.v1.DeleteService(*made.Sid)),
		"gone":    refused(at.v1.FetchService(*made.Sid)),
	}
	saw["left"] = must(at.v1.ListService(nil))
	return saw
}

func keepingCredentials(at place) shown {
	create := func(params *api.CreateCredentialParams) *api.ConversationsV1Credential {
		return must(at.v1.CreateCredential(params))
	}
	apn := create((&api.CreateCredentialParams{}).SetType("apn").SetFriendlyName("Äpfel").
		SetCertificate(pem("CERTIFICATE")).SetPrivateKey(pem("RSA PRIVATE KEY")).SetSandbox(true))
	gcm := create((&api.CreateCredentialParams{}).SetType("gcm").SetApiKey("a+b/c="))
	fcm := create((&api.CreateCredentialParams{}).SetType("fcm").SetSecret("secret"))
	saw := shown{
		"apn":     apn,
		"gcm":     gcm,
		"fcm":     fcm,
		"fetched": must(at.v1.FetchCredential(*apn.Sid)),
		"updated": must(at.v1.UpdateCredential(*apn.Sid, (&api.UpdateCredentialParams{}).
			SetFriendlyName("Apples").SetSandbox(false))),
		"read_back": must(at.v1.FetchCredential(*apn.Sid)),
		"listed":    must(at.v1.ListCredential((&api.ListCredentialParams{}).SetPageSize(1))),
		"deleted":   refusal(at.v1.DeleteCredential(*apn.Sid)),
		"gone":      refused(at.v1.FetchCredential(*apn.Sid)),
	}
	saw["left"] = must(at.v1.ListCredential(nil))
	return saw
}

func pem(kind string) string {
	return fmt.Sprintf("-----BEGIN %s-----\nMIIBog==\n-----END %s-----\n", kind, kind)
}

func keepingAddresses(at place) shown {
	service := must(at.v1.CreateService((&api.CreateServiceParams{}).SetFriendlyName("Shop")))
	made := must(at.v1.CreateConfigurationAddress((&api.CreateConfigurationAddressParams{}).
		SetType("sms").SetAddress("+15550300001").SetFriendlyName("Büro").SetAddressCountry("US").
		SetAutoCreationEnabled(true).SetAutoCreationType("webhook").
		SetAutoCreationConversationServiceSid(*service.Sid).
		SetAutoCreationWebhookUrl("https://example.com/new").SetAutoCreationWebhookMethod("post").
		SetAutoCreationWebhookFilters([]string{"onMessageAdded", "onConversationUpdated"})))
	studio := must(at.v1.CreateConfigurationAddress((&api.CreateConfigurationAddressParams{}).
		SetType("whatsapp").SetAddress("whatsapp:+15550300002").
		SetAutoCreationEnabled(true).SetAutoCreationType("studio").
		SetAutoCreationStudioFlowSid(unknown("FW")).SetAutoCreationStudioRetryCount(3)))
	list := func(params *api.ListConfigurationAddressParams) any {
		return must(at.v1.ListConfigurationAddress(params))
	}
	saw := shown{
		"service":    service,
		"made":       made,
		"studio":     studio,
		"by_sid":     must(at.v1.FetchConfigurationAddress(*made.Sid)),
		"by_address": must(at.v1.FetchConfigurationAddress("+15550300001")),
		"updated": must(at.v1.UpdateConfigurationAddress(*made.Sid, (&api.UpdateConfigurationAddressParams{}).
			SetFriendlyName("Office").SetAutoCreationEnabled(false).SetAutoCreationWebhookMethod("get"))),
		"read_back": must(at.v1.FetchConfigurationAddress(*made.Sid)),
		"listed":    list((&api.ListConfigurationAddressParams{}).SetPageSize(1)),
		"filtered":  list((&api.ListConfigurationAddressParams{}).SetType("whatsapp")),
		"deleted":   refusal(at.v1.DeleteConfigurationAddress(*made.Sid)),
		"gone":      refused(at.v1.FetchConfigurationAddress(*made.Sid)),
	}
	saw["left"] = list(nil)
	return saw
}

func configuringTheAccount(at place) shown {
	service := must(at.v1.CreateService((&api.CreateServiceParams{}).SetFriendlyName("Shop")))
	saw := shown{
		"service": service,
		"first":   must(at.v1.FetchConfiguration()),
		"updated": must(at.v1.UpdateConfiguration((&api.UpdateConfigurationParams{}).
			SetDefaultChatServiceSid(*service.Sid).SetDefaultMessagingServiceSid(unknown("MG")).
			SetDefaultInactiveTimer("PT10M").SetDefaultClosedTimer("P1D"))),
		"read_back": must(at.v1.FetchConfiguration()),
	}
	saw["next"] = at.seat("lunch", "ann")
	saw["at_the_service"] = must(at.v1.FetchServiceConversation(*service.Sid, "lunch")).Sid
	return saw
}

func configuringTheAccountsWebhooks(at place) shown {
	return shown{
		"first": must(at.v1.FetchConfigurationWebhook()),
		"updated": must(at.v1.UpdateConfigurationWebhook((&api.UpdateConfigurationWebhookParams{}).
			SetPreWebhookUrl("https://example.com/pre?x=é").SetPostWebhookUrl("https://example.com/post").
			SetFilters([]string{"onMessageAdd", "onMessageAdded"}).SetMethod("GET").SetTarget("webhook"))),
		"read_back": must(at.v1.FetchConfigurationWebhook()),
	}
}
