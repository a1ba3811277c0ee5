package tour.account;

import com.twilio.rest.conversations.v1.Conversation;
import com.twilio.rest.conversations.v1.conversation.Participant;
import com.twilio.rest.conversations.v1.conversation.ParticipantCreator;
import java.util.LinkedHashMap;
import java.util.Map;
import tour.Place;
import tour.Scenario;

/**
 * What is played at both doors.
 *
 * <p>A service's classes have nothing in common with the account's but their names, so this package
 * is compiled twice: java_runtime.py makes of it the one that uses a service's.
 */
public final class Scenarios {
    public static final Map<String, Scenario> ALL = new LinkedHashMap<>();

    static {
        ALL.put("a_chat_list", ChatList::aChatList);
        ALL.put("keeping_users", Users::keepingUsers);
        ALL.put("keeping_conversations", Conversations::keepingConversations);
        ALL.put("filtering_conversations", Conversations::filteringConversations);
        ALL.put("starting_with_participants", Participants::startingWithParticipants);
        ALL.put("keeping_participants", Participants::keepingParticipants);
        ALL.put("speaking_for_addresses", Addresses::speakingForAddresses);
        ALL.put("finding_where_someone_is", Addresses::findingWhereSomeoneIs);
        ALL.put("keeping_messages", Messages::keepingMessages);
        ALL.put("having_conversations", Conversations::havingConversations);
        ALL.put("keeping_webhooks", Webhooks::keepingWebhooks);
        ALL.put("keeping_roles", Roles::keepingRoles);
        ALL.put("naming", Naming::naming);
        ALL.put("paging_below_names", Naming::pagingBelowNames);
        ALL.put("being_refused", Refusals::beingRefused);
    }

    private Scenarios() {}

    /** A new conversation with these participants. */
    static Conversation seat(Place at, String name, String... identities) {
        Conversation made = Conversation.creator().setUniqueName(name).create(at.client);
        for (String identity : identities) {
            Participant.creator(made.getSid()).setIdentity(identity).create(at.client);
        }
        return made;
    }

    /** Someone on a phone. */
    static ParticipantCreator phone(Place at, String conversation, String address, String proxy) {
        return Participant.creator(conversation)
            .setMessagingBindingAddress(address)
            .setMessagingBindingProxyAddress(proxy);
    }
}
