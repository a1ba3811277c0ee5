package tour.account;

import static tour.Shown.all;
import static tour.Shown.refused;
import static tour.Shown.saw;

import com.twilio.rest.conversations.v1.Conversation;
import com.twilio.rest.conversations.v1.conversation.Message;
import com.twilio.rest.conversations.v1.conversation.Participant;
import com.twilio.rest.conversations.v1.conversation.message.DeliveryReceipt;
import java.util.List;
import java.util.Map;
import tour.Place;

final class Messages {
    private Messages() {}

    static Map<String, Object> keepingMessages(Place at) {
        Conversation room = Scenarios.seat(at, "lunch", "ann");
        Message made = Message.creator("lunch")
            .setAuthor("ann").setBody("Pizza? 🍕 ¿sí?\nYes & \"no\"").setAttributes(Place.ATTESTED)
            .setDateCreated(Conversations.LEAP_DAY)
            .setXTwilioWebhookEnabled(Message.WebhookEnabledType.TRUE).create(at.client);
        for (int number = 0; number < 4; number++) {
            Message.creator("lunch").setBody("more " + number).create(at.client);
        }
        String sid = made.getSid();
        return saw(
            "conversation", room,
            "ann", Participant.fetcher("lunch", "ann").fetch(at.client),
            "made", made,
            "fetched", Message.fetcher(room.getSid(), sid).fetch(at.client),
            "updated", Message.updater("lunch", sid).setBody("Soup").setAuthor("bob")
                .setAttributes("[1, 2]").update(at.client),
            "read_back", Message.fetcher("lunch", sid).fetch(at.client),
            "forwards", in(at, Message.OrderType.ASC),
            "backwards", in(at, Message.OrderType.DESC),
            "receipts", receipts(at, sid),
            "no_receipt", refused(() -> DeliveryReceipt.fetcher("lunch", sid, Place.unknown("DY"))
                .fetch(at.client)),
            "no_receipts", refused(() -> receipts(at, Place.unknown("IM"))),
            "deleted", refused(() -> Message.deleter("lunch", sid).delete(at.client)),
            "gone", refused(() -> Message.fetcher("lunch", sid).fetch(at.client)),
            "left", in(at, Message.OrderType.ASC)
        );
    }

    private static List<Message> in(Place at, Message.OrderType order) {
        return all(Message.reader("lunch").setOrder(order).setPageSize(2L).read(at.client));
    }

    private static List<DeliveryReceipt> receipts(Place at, String message) {
        return all(DeliveryReceipt.reader("lunch", message).setPageSize(1L).read(at.client));
    }
}
