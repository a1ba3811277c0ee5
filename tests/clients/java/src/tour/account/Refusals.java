package tour.account;

import static tour.Shown.refused;
import static tour.Shown.saw;

import com.twilio.http.TwilioRestClient;
import com.twilio.rest.conversations.v1.Conversation;
import com.twilio.rest.conversations.v1.User;
import com.twilio.rest.conversations.v1.conversation.Message;
import com.twilio.rest.conversations.v1.conversation.Participant;
import com.twilio.rest.conversations.v1.user.UserConversation;
import java.util.Map;
import tour.Place;

/** What the library's exceptions say of the server's refusals. */
final class Refusals {
    private Refusals() {}

    static Map<String, Object> beingRefused(Place at) {
        Scenarios.seat(at, "lunch", "ann");
        Scenarios.seat(at, "dinner");
        // An account that no bench opens: its user name is none.
        TwilioRestClient nobody = new TwilioRestClient.Builder("nobody", "nothing").build();
        return saw(
            "unknown_user", refused(() -> User.fetcher("nobody").fetch(at.client)),
            "unknown_user_conversation",
                refused(() -> UserConversation.fetcher("ann", "dinner").fetch(at.client)),
            "participant_twice",
                refused(() -> Participant.creator("lunch").setIdentity("ann").create(at.client)),
            "name_taken",
                refused(() -> Conversation.creator().setUniqueName("lunch").create(at.client)),
            "bad_index", refused(() -> UserConversation.updater("ann", "lunch")
                .setLastReadMessageIndex(-1).update(at.client)),
            "bad_attributes",
                refused(() -> User.updater("ann").setAttributes("{").update(at.client)),
            "no_body", refused(() -> Message.creator("lunch").create(at.client)),
            "list_of_nothing", refused(() -> Participant.reader("nowhere").read(at.client)),
            "unknown_credentials", refused(() -> Conversation.fetcher("lunch").fetch(nobody))
        );
    }
}
