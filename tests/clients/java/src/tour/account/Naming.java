package tour.account;

import static tour.Shown.all;
import static tour.Shown.saw;

import com.twilio.exception.ApiException;
import com.twilio.rest.conversations.v1.Conversation;
import com.twilio.rest.conversations.v1.conversation.Message;
import com.twilio.rest.conversations.v1.conversation.Participant;
import com.twilio.rest.conversations.v1.user.UserConversation;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import tour.Place;

/** Names that are not plain words, in paths: as they are, which the library escapes; and escaped. */
final class Naming {
    private static final List<String> NAMES =
        List.of("ann lee", "jörg", "名前", "a+b", "ann@example.com", "user.42", "x/y", "50%");

    private Naming() {}

    static Map<String, Object> naming(Place at) {
        Map<String, Object> saw = saw();
        for (String name : NAMES) {
            Conversation made = Scenarios.seat(at, name, name);
            String escaped = URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
            saw.put(name, saw(
                "made", made, "as_it_is", found(at, name), "escaped", found(at, escaped)
            ));
        }
        return saw;
    }

    private static Object found(Place at, String name) {
        try {
            return UserConversation.fetcher(name, name).fetch(at.client).getConversationSid();
        } catch (ApiException error) {
            return saw("status", error.getStatusCode(), "code", error.getCode());
        }
    }

    /** Follows pages whose URLs say in other words what the names before them said. */
    static Map<String, Object> pagingBelowNames(Place at) {
        for (String name : List.of("a b", "c+d", "é")) {
            Scenarios.seat(at, name, "ann@example.com", "bob");
            for (int index = 0; index < 2; index++) {
                Message.creator(name).setBody("" + index).create(at.client);
            }
        }
        return saw(
            "conversations",
                all(UserConversation.reader("ann@example.com").setPageSize(1L).read(at.client)),
            "participants", all(Participant.reader("a b").setPageSize(1L).read(at.client)),
            "messages", all(Message.reader("é").setPageSize(1L).read(at.client))
        );
    }
}
