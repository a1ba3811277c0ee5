package tour.account;

import static tour.Shown.all;
import static tour.Shown.refused;
import static tour.Shown.saw;

import com.twilio.rest.conversations.v1.Conversation;
import com.twilio.rest.conversations.v1.User;
import com.twilio.rest.conversations.v1.conversation.Message;
import com.twilio.rest.conversations.v1.conversation.Participant;
import com.twilio.rest.conversations.v1.user.UserConversation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tour.Place;

/**
 * What a program on a team's server does: people, rooms, who is where, what they say, and every
 * list of it in pages that do not hold it at once.
 */
final class ChatList {
    private static final int ROOMS = 20;

    private ChatList() {}

    static Map<String, Object> aChatList(Place at) {
        List<User> people = new ArrayList<>();
        for (String identity : List.of("ann", "bob", "cy")) {
            people.add(User.creator(identity).setFriendlyName("Zoë " + identity)
                .setAttributes(Place.ATTESTED).create(at.client));
        }
        List<Conversation> made = new ArrayList<>();
        for (int number = 0; number < ROOMS; number++) {
            made.add(furnish(at, number));
        }
        return saw(
            "people", people,
            "made", made,
            "anns", listedOfAnn(at),
            "read", UserConversation.updater("ann", "room-00")
                .setLastReadMessageIndex(0).update(at.client),
            "muted", UserConversation.updater("ann", "room-01")
                .setNotificationLevel(UserConversation.NotificationLevel.MUTED).update(at.client),
            "left", refused(() -> UserConversation.deleter("ann", "room-02").delete(at.client)),
            "anns_after", listedOfAnn(at),
            "conversations", all(Conversation.reader().setPageSize(6L).read(at.client)),
            "users", all(User.reader().setPageSize(2L).read(at.client)),
            "participants", all(Participant.reader("room-00").setPageSize(1L).read(at.client)),
            "messages", all(Message.reader("room-00").setPageSize(2L).read(at.client))
        );
    }

    /** A room with Ann, every other time Bob, someone on a phone, and three messages. */
    private static Conversation furnish(Place at, int number) {
        String name = String.format("room-%02d", number);
        Conversation made = Conversation.creator().setUniqueName(name)
            .setFriendlyName("Room " + name).setAttributes(Place.ATTESTED).create(at.client);
        Participant.creator(name).setIdentity("ann").create(at.client);
        if (number % 2 == 0) {
            Participant.creator(name).setIdentity("bob").create(at.client);
        }
        String address = String.format("+155502000%02d", number);
        Scenarios.phone(at, name, address, Place.OURS).create(at.client);
        for (int index = 0; index < 3; index++) {
            Message.creator(name).setAuthor("bob").setBody("Grüße " + index)
                .setAttributes(Place.ATTESTED).create(at.client);
        }
        return made;
    }

    private static List<UserConversation> listedOfAnn(Place at) {
        return all(UserConversation.reader("ann").setPageSize(7L).read(at.client));
    }
}
