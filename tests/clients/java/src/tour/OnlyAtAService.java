package tour;

import static tour.Place.unknown;
import static tour.Shown.all;
import static tour.Shown.refused;
import static tour.Shown.saw;

import com.twilio.rest.conversations.v1.service.Binding;
import com.twilio.rest.conversations.v1.service.Configuration;
import com.twilio.rest.conversations.v1.service.Conversation;
import com.twilio.rest.conversations.v1.service.Role;
import com.twilio.rest.conversations.v1.service.User;
import com.twilio.rest.conversations.v1.service.configuration.Notification;
import com.twilio.rest.conversations.v1.service.configuration.Webhook;
import com.twilio.rest.conversations.v1.service.conversation.Participant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What only a service's door has. */
final class OnlyAtAService {
    static final Map<String, Scenario> SCENARIOS = new LinkedHashMap<>();

    static {
        SCENARIOS.put("configuring", OnlyAtAService::configuring);
        SCENARIOS.put("configuring_webhooks", OnlyAtAService::configuringWebhooks);
        SCENARIOS.put("configuring_notifications", OnlyAtAService::configuringNotifications);
        SCENARIOS.put("looking_for_bindings", OnlyAtAService::lookingForBindings);
    }

    private OnlyAtAService() {}

    private static Map<String, Object> configuring(Place at) {
        Role creator = role(at, "creator", Role.RoleType.CONVERSATION);
        Role member = role(at, "member", Role.RoleType.CONVERSATION);
        Role user = role(at, "user", Role.RoleType.SERVICE);
        Map<String, Object> saw = saw(
            "roles", List.of(creator, member, user),
            "first", Configuration.fetcher(at.service).fetch(at.client),
            "updated", Configuration.updater(at.service)
                .setDefaultConversationCreatorRoleSid(creator.getSid())
                .setDefaultConversationRoleSid(member.getSid())
                .setDefaultChatServiceRoleSid(user.getSid())
                .setReachabilityEnabled(true).update(at.client),
            "read_back", Configuration.fetcher(at.service).fetch(at.client)
        );
        Conversation.creator(at.service).setUniqueName("lunch").create(at.client);
        saw.put("participants_role", Participant.creator(at.service, "lunch").setIdentity("ann")
            .create(at.client).getRoleSid());
        saw.put("users_role", User.fetcher(at.service, "ann").fetch(at.client).getRoleSid());
        return saw;
    }

    private static Role role(Place at, String name, Role.RoleType type) {
        return Role.creator(at.service, name, type, List.of("editOwnMessage")).create(at.client);
    }

    private static Map<String, Object> configuringWebhooks(Place at) {
        return saw(
            "first", Webhook.fetcher(at.service).fetch(at.client),
            "updated", Webhook.updater(at.service).setPreWebhookUrl("https://example.com/pre?x=é")
                .setPostWebhookUrl("https://example.com/post")
                .setFilters(List.of("onMessageAdd", "onMessageAdded")).setMethod("GET")
                .update(at.client),
            "read_back", Webhook.fetcher(at.service).fetch(at.client)
        );
    }

    private static Map<String, Object> configuringNotifications(Place at) {
        return saw(
            "first", Notification.fetcher(at.service).fetch(at.client),
            "updated", Notification.updater(at.service).setLogEnabled(true)
                .setNewMessageEnabled(true).setNewMessageTemplate("${PARTICIPANT} écrit")
                .setNewMessageSound("ding").setNewMessageBadgeCountEnabled(true)
                .setNewMessageWithMediaEnabled(true)
                .setNewMessageWithMediaTemplate("${MEDIA_COUNT} files")
                .setAddedToConversationEnabled(true).setAddedToConversationTemplate("in")
                .setAddedToConversationSound("dong")
                .setRemovedFromConversationEnabled(true).setRemovedFromConversationTemplate("out")
                .setRemovedFromConversationSound("thud").update(at.client),
            "read_back", Notification.fetcher(at.service).fetch(at.client)
        );
    }

    /** Asks for what only a device of the chat SDK makes. */
    private static Map<String, Object> lookingForBindings(Place at) {
        return saw(
            "listed", all(Binding.reader(at.service).read(at.client)),
            "filtered", all(Binding.reader(at.service)
                .setBindingType(List.of(Binding.BindingType.APN, Binding.BindingType.FCM))
                .setIdentity(List.of("ann", "bob")).setPageSize(2L).read(at.client)),
            "fetch", refused(() -> Binding.fetcher(at.service, unknown("BS")).fetch(at.client)),
            "delete", refused(() -> Binding.deleter(at.service, unknown("BS")).delete(at.client))
        );
    }
}
