package tour.account;

import static tour.Place.OURS;
import static tour.Shown.all;
import static tour.Shown.refused;
import static tour.Shown.saw;

import com.twilio.rest.conversations.v1.Conversation;
import com.twilio.rest.conversations.v1.ParticipantConversation;
import com.twilio.rest.conversations.v1.ParticipantConversationReader;
import com.twilio.rest.conversations.v1.User;
import com.twilio.rest.conversations.v1.conversation.Message;
import com.twilio.rest.conversations.v1.conversation.Participant;
import java.util.List;
import java.util.Map;
import tour.Place;

/** The other kind of participant, someone on a phone; and who is where. */
final class Addresses {
    private static final String CUSTOMER = "+15550200001";

    private Addresses() {}

    static Map<String, Object> speakingForAddresses(Place at) {
        Scenarios.seat(at, "support");
        Scenarios.seat(at, "sales");
        Participant made = Scenarios.phone(at, "support", CUSTOMER, OURS)
            .setAttributes(Place.ATTESTED).create(at.client);
        String sid = made.getSid();
        Map<String, Object> saw = saw(
            "made", made,
            "fetched", Participant.fetcher("support", sid).fetch(at.client),
            "whatsapp", Scenarios.phone(at, "support", "whatsapp:+15550200002", "whatsapp:" + OURS)
                .create(at.client),
            "updated", Participant.updater("support", sid).setAttributes("{\"vip\": true}")
                .update(at.client),
            "taken", refused(() -> Scenarios.phone(at, "sales", CUSTOMER, OURS).create(at.client)),
            "where", Conversation.fetcher("support").fetch(at.client),
            "said", Message.creator("support").setAuthor(CUSTOMER).setBody("Hi").create(at.client),
            "malformed", refused(() -> Scenarios.phone(at, "sales", "phone", OURS)
                .create(at.client)),
            "deleted", refused(() -> Participant.deleter("support", sid).delete(at.client)),
            "free_again", Scenarios.phone(at, "sales", CUSTOMER, OURS)
                .setAttributes(Place.ATTESTED).create(at.client)
        );
        Conversation.updater("sales").setState(Conversation.State.CLOSED).update(at.client);
        saw.put("free_after_closing", Scenarios.phone(at, "support", CUSTOMER, OURS)
            .setAttributes(Place.ATTESTED).create(at.client));
        return saw;
    }

    static Map<String, Object> findingWhereSomeoneIs(Place at) {
        for (int number = 0; number < 5; number++) {
            Conversation room = Scenarios.seat(at, "room " + number, "ann", "user.42");
            if (number < 2) {
                Scenarios.phone(at, room.getSid(), CUSTOMER, "+1555010000" + number)
                    .create(at.client);
            }
        }
        Conversation.updater("room 4").setState(Conversation.State.CLOSED).update(at.client);
        return saw(
            "ann", User.fetcher("ann").fetch(at.client),
            "by_identity", found(at, of(at).setIdentity("ann")),
            "by_address", found(at, of(at).setAddress(CUSTOMER).setPageSize(1L)),
            "with_a_digit", found(at, of(at).setIdentity("user.42")),
            "nobody", found(at, of(at).setIdentity("nobody")),
            "both", refused(() -> found(at, of(at).setIdentity("ann").setAddress(CUSTOMER))),
            "neither", refused(() -> found(at, of(at)))
        );
    }

    private static ParticipantConversationReader of(Place at) {
        return ParticipantConversation.reader().setPageSize(2L);
    }

    private static List<ParticipantConversation> found(
        Place at, ParticipantConversationReader reader
    ) {
        return all(reader.read(at.client));
    }
}
