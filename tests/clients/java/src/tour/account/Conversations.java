package tour.account;

import static tour.Shown.all;
import static tour.Shown.refused;
import static tour.Shown.saw;

import com.twilio.rest.conversations.v1.Conversation;
import com.twilio.rest.conversations.v1.ConversationReader;
import com.twilio.rest.conversations.v1.User;
import com.twilio.rest.conversations.v1.conversation.Message;
import com.twilio.rest.conversations.v1.conversation.Participant;
import com.twilio.rest.conversations.v1.user.UserConversation;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tour.Place;

final class Conversations {
    static final ZonedDateTime LEAP_DAY =
        ZonedDateTime.of(2024, 2, 29, 12, 30, 15, 0, ZoneOffset.UTC);

    private Conversations() {}

    static Map<String, Object> keepingConversations(Place at) {
        Conversation made = Conversation.creator()
            .setUniqueName("lunch").setFriendlyName("Déjeuner").setAttributes(Place.ATTESTED)
            .setDateCreated(LEAP_DAY).setState(Conversation.State.INACTIVE)
            .setTimersInactive("PT5M").setTimersClosed("P1D")
            .setXTwilioWebhookEnabled(Conversation.WebhookEnabledType.TRUE).create(at.client);
        return saw(
            "made", made,
            "by_sid", Conversation.fetcher(made.getSid()).fetch(at.client),
            "by_name", Conversation.fetcher("lunch").fetch(at.client),
            "updated", Conversation.updater("lunch")
                .setUniqueName("late").setFriendlyName("Late lunch")
                .setState(Conversation.State.ACTIVE)
                .setTimersInactive("PT0S").setTimersClosed("PT0S").update(at.client),
            "read_back", Conversation.fetcher("late").fetch(at.client),
            "by_old_name", refused(() -> Conversation.fetcher("lunch").fetch(at.client)),
            "deleted", refused(() -> Conversation.deleter(made.getSid()).delete(at.client)),
            "gone", refused(() -> Conversation.fetcher(made.getSid()).fetch(at.client)),
            "listed", all(Conversation.reader().read(at.client))
        );
    }

    static Map<String, Object> filteringConversations(Place at) {
        for (int month = 1; month <= 4; month++) {
            Conversation.creator().setUniqueName("month " + month)
                .setDateCreated(ZonedDateTime.of(2024, month, 10, 8, 0, 0, 0, ZoneOffset.UTC))
                .setState(month % 2 == 0 ? Conversation.State.ACTIVE : Conversation.State.INACTIVE)
                .create(at.client);
        }
        String from = "2024-02-01T00:00:00Z";
        String until = "2024-03-31T23:59:59Z";
        return saw(
            "active", names(at, Conversation.reader().setState(Conversation.State.ACTIVE)),
            "from", names(at, Conversation.reader().setStartDate(from)),
            "until", names(at, Conversation.reader().setEndDate(until)),
            "between", names(at, Conversation.reader().setStartDate(from).setEndDate(until)),
            "in_pages", names(at, Conversation.reader().setStartDate("2024-01-01T00:00:00Z")
                .setState(Conversation.State.INACTIVE).setPageSize(1L))
        );
    }

    private static List<String> names(Place at, ConversationReader reader) {
        List<String> found = new ArrayList<>();
        reader.read(at.client).forEach(one -> found.add(one.getUniqueName()));
        return found;
    }

    static Map<String, Object> havingConversations(Place at) {
        Conversation room = Scenarios.seat(at, "lunch", "ann", "bob");
        User user = User.fetcher("ann").fetch(at.client);
        for (int count = 0; count < 3; count++) {
            Message.creator("lunch").setBody("x").create(at.client);
        }
        return saw(
            "conversation", room,
            "user", user,
            "by_sids", UserConversation.fetcher(user.getSid(), room.getSid()).fetch(at.client),
            "by_names", UserConversation.fetcher("ann", "lunch").fetch(at.client),
            "updated", UserConversation.updater("ann", "lunch")
                .setNotificationLevel(UserConversation.NotificationLevel.MUTED)
                .setLastReadMessageIndex(1).setLastReadTimestamp(LEAP_DAY).update(at.client),
            "read_back", UserConversation.fetcher("ann", "lunch").fetch(at.client),
            "participant", Participant.fetcher("lunch", "ann").fetch(at.client),
            "bobs", all(UserConversation.reader("bob").read(at.client)),
            "left", refused(() -> UserConversation.deleter("ann", "lunch").delete(at.client)),
            "gone", refused(() -> UserConversation.fetcher("ann", "lunch").fetch(at.client)),
            "listed", all(UserConversation.reader("ann").read(at.client))
        );
    }
}
