package tour.account;

import static tour.Shown.all;
import static tour.Shown.refused;
import static tour.Shown.saw;

import com.twilio.rest.conversations.v1.Conversation;
import com.twilio.rest.conversations.v1.ConversationWithParticipants;
import com.twilio.rest.conversations.v1.Role;
import com.twilio.rest.conversations.v1.conversation.Message;
import com.twilio.rest.conversations.v1.conversation.Participant;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import tour.Place;

final class Participants {
    private Participants() {}

    static Map<String, Object> keepingParticipants(Place at) {
        Conversation room = Scenarios.seat(at, "lunch", "bob");
        Message.creator("lunch").setBody("x").create(at.client);
        Role role = Role.creator("reader", Role.RoleType.CONVERSATION, List.of("leaveConversation"))
            .create(at.client);
        Participant made = Participant.creator("lunch").setIdentity("ann")
            .setAttributes(Place.ATTESTED).setRoleSid(role.getSid())
            .setDateCreated(Conversations.LEAP_DAY)
            .setXTwilioWebhookEnabled(Participant.WebhookEnabledType.TRUE).create(at.client);
        String sid = made.getSid();
        return saw(
            "conversation", room,
            "role", role,
            "made", made,
            "by_sid", Participant.fetcher(room.getSid(), sid).fetch(at.client),
            "by_identity", Participant.fetcher("lunch", "ann").fetch(at.client),
            "updated", Participant.updater("lunch", sid).setAttributes("{}")
                .setLastReadMessageIndex(0).setLastReadTimestamp("2026-01-01T12:00:00+01:00")
                .update(at.client),
            "read_back", Participant.fetcher("lunch", sid).fetch(at.client),
            "listed", all(Participant.reader("lunch").setPageSize(1L).read(at.client)),
            "role_gone", refused(() -> Role.deleter(role.getSid()).delete(at.client)),
            "fallen_back", Participant.fetcher("lunch", sid).fetch(at.client),
            "deleted", refused(() -> Participant.deleter("lunch", sid).delete(at.client)),
            "gone", refused(() -> Participant.fetcher("lunch", sid).fetch(at.client)),
            "left", all(Participant.reader("lunch").read(at.client))
        );
    }

    static Map<String, Object> startingWithParticipants(Place at) {
        ConversationWithParticipants made = ConversationWithParticipants.creator()
            .setFriendlyName("Crew").setUniqueName("crew").setAttributes(Place.ATTESTED)
            .setParticipant(List.of(
                "{\"identity\": \"ann\", \"attributes\": \"{\\\"seat\\\": 1}\"}",
                "{\"messaging_binding\": {\"address\": \"+15550200001\", \"proxy_address\": \""
                    + Place.OURS + "\"}}"
            )).create(at.client);
        return saw(
            "made", made,
            "settled", settled(at, made.getSid()),
            "participants", all(Participant.reader(made.getSid()).read(at.client)),
            "alone", ConversationWithParticipants.creator().setFriendlyName("Alone")
                .create(at.client),
            "broken", refused(() -> ConversationWithParticipants.creator().setParticipant("{")
                .create(at.client))
        );
    }

    /** Asks until the participants are in: nothing but asking tells a client. */
    private static Conversation settled(Place at, String sid) {
        Instant deadline = Instant.now().plus(Duration.ofSeconds(20));
        while (true) {
            Conversation found = Conversation.fetcher(sid).fetch(at.client);
            boolean begun = !found.getState().toString().equals("initializing");
            if (begun || Instant.now().isAfter(deadline)) {
                return found;
            }
        }
    }
}
