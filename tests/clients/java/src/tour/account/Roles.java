package tour.account;

import static tour.Shown.all;
import static tour.Shown.refused;
import static tour.Shown.saw;

import com.twilio.rest.conversations.v1.Role;
import java.util.List;
import java.util.Map;
import tour.Place;

final class Roles {
    private Roles() {}

    static Map<String, Object> keepingRoles(Place at) {
        List<Role> defaults = all(Role.reader().read(at.client));
        Role made = Role.creator(
            "Modérateur", Role.RoleType.CONVERSATION, List.of("sendMessage", "leaveConversation")
        ).create(at.client);
        String sid = made.getSid();
        return saw(
            "defaults", defaults,
            "made", made,
            "fetched", Role.fetcher(sid).fetch(at.client),
            "updated", Role.updater(
                sid, List.of("sendMessage", "editOwnMessage", "deleteOwnMessage")
            ).update(at.client),
            "read_back", Role.fetcher(sid).fetch(at.client),
            "unheard_of", refused(() -> Role.updater(sid, List.of("flyToTheMoon"))
                .update(at.client)),
            "listed", all(Role.reader().setPageSize(2L).read(at.client)),
            "deleted", refused(() -> Role.deleter(sid).delete(at.client)),
            "gone", refused(() -> Role.fetcher(sid).fetch(at.client)),
            "left", all(Role.reader().read(at.client))
        );
    }
}
