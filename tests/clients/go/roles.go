package main

import api "github.com/twilio/twilio-go/rest/conversations/v1"

func keepingRoles(at place) shown {
	defaults := must(at.ListRole(nil))
	made := must(at.CreateRole((&api.CreateRoleParams{}).
		SetFriendlyName("Modérateur").SetType("conversation").
		SetPermission([]string{"sendMessage", "leaveConversation"})))
	unheardOf := (&api.UpdateRoleParams{}).SetPermission([]string{"flyToTheMoon"})
	saw := shown{
		"defaults": defaults,
		"made":     made,
		"fetched":  must(at.FetchRole(*made.Sid)),
		"updated": must(at.UpdateRole(*made.Sid, (&api.UpdateRoleParams{}).
			SetPermission([]string{"sendMessage", "editOwnMessage", "deleteOwnMessage"}))),
		"read_back":  must(at.FetchRole(*made.Sid)),
		"unheard_of": refused(at.UpdateRole(*made.Sid, unheardOf)),
		"listed":     must(at.ListRole((&api.ListRoleParams{}).SetPageSize(2))),
		"deleted":    refusal(at.DeleteRole(*made.Sid)),
		"gone":       refused(at.FetchRole(*made.Sid)),
	}
	saw["left"] = must(at.ListRole(nil))
	return saw
}

func configuringAService(at place) shown {
	role := func(name, kind string) *api.ConversationsV1Role {
		return must(at.CreateRole((&api.CreateRoleParams{}).
			SetFriendlyName(name).SetType(kind).SetPermission([]string{"editOwnMessage"})))
	}
	creator, member, user := role("creator", "conversation"), role("member", "conversation"), role("user", "service")
	first := must(at.v1.FetchServiceConfiguration(at.service))
	saw := shown{
		"roles": []*api.ConversationsV1Role{creator, member, user},
		"first": first,
		"updated": must(at.v1.UpdateServiceConfiguration(at.service, (&api.UpdateServiceConfigurationParams{}).
			SetDefaultConversationCreatorRoleSid(*creator.Sid).SetDefaultConversationRoleSid(*member.Sid).
			SetDefaultChatServiceRoleSid(*user.Sid).SetReachabilityEnabled(true))),
		"read_back": must(at.v1.FetchServiceConfiguration(at.service)),
	}
	at.seat("lunch", "ann")
	saw["users_role"] = must(at.FetchUser("ann")).RoleSid
	saw["participants_role"] = must(at.FetchConversationParticipant("lunch", "ann")).RoleSid
	return saw
}

func configuringAServicesWebhooks(at place) shown {
	return shown{
		"first": must(at.v1.FetchServiceWebhookConfiguration(at.service)),
		"updated": must(at.v1.UpdateServiceWebhookConfiguration(at.service,
			(&api.UpdateServiceWebhookConfigurationParams{}).
				SetPreWebhookUrl("https://example.com/pre?x=é").SetPostWebhookUrl("https://example.com/post").
				SetFilters([]string{"onMessageAdd", "onMessageAdded"}).SetMethod("GET"))),
		"read_back": must(at.v1.FetchServiceWebhookConfiguration(at.service)),
	}
}

func configuringNotifications(at place) shown {
	return shown{
		"first": must(at.v1.FetchServiceNotification(at.service)),
		"updated": must(at.v1.UpdateServiceNotification(at.service, (&api.UpdateServiceNotificationParams{}).
			SetLogEnabled(true).
			SetNewMessageEnabled(true).SetNewMessageTemplate("${PARTICIPANT} écrit").
			SetNewMessageSound("ding").SetNewMessageBadgeCountEnabled(true).
			SetNewMessageWithMediaEnabled(true).SetNewMessageWithMediaTemplate("${MEDIA_COUNT} files").
			SetAddedToConversationEnabled(true).SetAddedToConversationTemplate("in").
			SetAddedToConversationSound("dong").
			SetRemovedFromConversationEnabled(true).SetRemovedFromConversationTemplate("out").
			SetRemovedFromConversationSound("thud"))),
		"read_back": must(at.v1.FetchServiceNotification(at.service)),
	}
}

// lookingForBindings asks for what only a device of the chat SDK makes.
func lookingForBindings(at place) shown {
	filters := (&api.ListServiceBindingParams{}).
		SetBindingType([]string{"apn", "fcm"}).SetIdentity([]string{"ann", "bob"}).SetPageSize(2)
	return shown{
		"listed":   must(at.v1.ListServiceBinding(at.service, nil)),
		"filtered": must(at.v1.ListServiceBinding(at.service, filters)),
		"fetch":    refused(at.v1.FetchServiceBinding(at.service, unknown("BS"))),
		"delete":   refusal(at.v1.DeleteServiceBinding(at.service, unknown("BS"))),
	}
}
