package tour.account;

import static tour.Shown.all;
import static tour.Shown.refused;
import static tour.Shown.saw;

import com.twilio.rest.conversations.v1.conversation.Webhook;
import java.util.List;
import java.util.Map;
import tour.Place;

final class Webhooks {
    private Webhooks() {}

    static Map<String, Object> keepingWebhooks(Place at) {
        Scenarios.seat(at, "lunch");
        Webhook hook = Webhook.creator("lunch", Webhook.Target.WEBHOOK)
            .setConfigurationUrl("https://example.com/hook?a=1&b=é")
            .setConfigurationMethod(Webhook.Method.POST).setConfigurationReplayAfter(0)
            .setConfigurationFilters(List.of("onMessageAdded", "onParticipantAdded"))
            .create(at.client);
        Webhook trigger = Webhook.creator("lunch", Webhook.Target.TRIGGER)
            .setConfigurationUrl("https://example.com/trigger")
            .setConfigurationMethod(Webhook.Method.GET)
            .setConfigurationTriggers(List.of("help", "café")).create(at.client);
        Webhook studio = Webhook.creator("lunch", Webhook.Target.STUDIO)
            .setConfigurationFlowSid(Place.unknown("FW")).create(at.client);
        String sid = hook.getSid();
        return saw(
            "webhook", hook,
            "trigger", trigger,
            "studio", studio,
            "fetched", Webhook.fetcher("lunch", sid).fetch(at.client),
            "updated", Webhook.updater("lunch", sid)
                .setConfigurationUrl("https://example.com/other")
                .setConfigurationMethod(Webhook.Method.GET)
                .setConfigurationFilters("onMessageRemoved").update(at.client),
            "read_back", Webhook.fetcher("lunch", sid).fetch(at.client),
            "listed", all(Webhook.reader("lunch").setPageSize(1L).read(at.client)),
            "deleted", refused(() -> Webhook.deleter("lunch", sid).delete(at.client)),
            "gone", refused(() -> Webhook.fetcher("lunch", sid).fetch(at.client)),
            "no_url", refused(() -> Webhook.creator("lunch", Webhook.Target.WEBHOOK)
                .create(at.client)),
            "left", all(Webhook.reader("lunch").read(at.client))
        );
    }
}
