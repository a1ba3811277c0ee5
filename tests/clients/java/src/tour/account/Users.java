package tour.account;

import static tour.Shown.all;
import static tour.Shown.refused;
import static tour.Shown.saw;

import com.twilio.rest.conversations.v1.Role;
import com.twilio.rest.conversations.v1.User;
import java.util.List;
import java.util.Map;
import tour.Place;

final class Users {
    private Users() {}

    static Map<String, Object> keepingUsers(Place at) {
        Role role = Role.creator("guest", Role.RoleType.SERVICE, List.of("joinConversation"))
            .create(at.client);
        User made = User.creator("ann").setFriendlyName("Zoë Ångström")
            .setAttributes(Place.ATTESTED).setRoleSid(role.getSid())
            .setXTwilioWebhookEnabled(User.WebhookEnabledType.TRUE).create(at.client);
        for (String identity : List.of("bob", "cy")) {
            User.creator(identity).create(at.client);
        }
        return saw(
            "role", role,
            "made", made,
            "by_sid", User.fetcher(made.getSid()).fetch(at.client),
            "by_identity", User.fetcher("ann").fetch(at.client),
            "updated", User.updater("ann").setFriendlyName("Ann").setAttributes("{\"n\": 1.50}")
                .update(at.client),
            "read_back", User.fetcher("ann").fetch(at.client),
            "twice", refused(() -> User.creator("ann").create(at.client)),
            "listed", all(User.reader().setPageSize(1L).read(at.client)),
            "limited", all(User.reader().setPageSize(1L).limit(2).read(at.client)),
            "deleted", refused(() -> User.deleter(made.getSid()).delete(at.client)),
            "gone", refused(() -> User.fetcher("ann").fetch(at.client)),
            "left", all(User.reader().read(at.client))
        );
    }
}
