package tour;

import static tour.Place.unknown;
import static tour.Shown.all;
import static tour.Shown.refused;
import static tour.Shown.saw;

import com.twilio.Twilio;
import com.twilio.rest.conversations.v1.AddressConfiguration;
import com.twilio.rest.conversations.v1.Configuration;
import com.twilio.rest.conversations.v1.Conversation;
import com.twilio.rest.conversations.v1.Credential;
import com.twilio.rest.conversations.v1.Service;
import com.twilio.rest.conversations.v1.configuration.Webhook;
import com.twilio.rest.conversations.v1.conversation.Participant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What only the account's door has. */
final class OnlyAtTheAccount {
    static final Map<String, Scenario> SCENARIOS = new LinkedHashMap<>();

    static {
        SCENARIOS.put("signing_in", OnlyAtTheAccount::signingIn);
        SCENARIOS.put("keeping_services", OnlyAtTheAccount::keepingServices);
        SCENARIOS.put("keeping_credentials", OnlyAtTheAccount::keepingCredentials);
        SCENARIOS.put("keeping_addresses", OnlyAtTheAccount::keepingAddresses);
        SCENARIOS.put("configuring", OnlyAtTheAccount::configuring);
        SCENARIOS.put("configuring_webhooks", OnlyAtTheAccount::configuringWebhooks);
    }

    private OnlyAtTheAccount() {}

    /** Leaves the client to the library, with the environment's credentials, as most programs do. */
    private static Map<String, Object> signingIn(Place at) {
        String account = System.getenv("TWILIO_ACCOUNT_SID");
        Twilio.init(account, System.getenv("TWILIO_AUTH_TOKEN"));
        Conversation made = Conversation.creator().create();
        return saw(
            "as", account,
            "made", made,
            "fetched", Conversation.fetcher(made.getSid()).fetch()
        );
    }

    private static Map<String, Object> keepingServices(Place at) {
        Service made = Service.creator("Café").create(at.client);
        for (int number = 0; number < 4; number++) {
            Service.creator("Shop " + number).create(at.client);
        }
        return saw(
            "made", made,
            "fetched", Service.fetcher(made.getSid()).fetch(at.client),
            "listed", all(Service.reader().setPageSize(2L).read(at.client)),
            "deleted", refused(() -> Service.deleter(made.getSid()).delete(at.client)),
            "gone", refused(() -> Service.fetcher(made.getSid()).fetch(at.client)),
            "left", all(Service.reader().read(at.client))
        );
    }

    private static Map<String, Object> keepingCredentials(Place at) {
        Credential apn = Credential.creator(Credential.PushType.APN).setFriendlyName("Äpfel")
            .setCertificate(pem("CERTIFICATE")).setPrivateKey(pem("RSA PRIVATE KEY"))
            .setSandbox(true).create(at.client);
        String sid = apn.getSid();
        return saw(
            "apn", apn,
            "gcm", Credential.creator(Credential.PushType.GCM).setApiKey("a+b/c=")
                .create(at.client),
            "fcm", Credential.creator(Credential.PushType.FCM).setSecret("secret")
                .create(at.client),
            "fetched", Credential.fetcher(sid).fetch(at.client),
            "updated", Credential.updater(sid).setFriendlyName("Apples").setSandbox(false)
                .update(at.client),
            "read_back", Credential.fetcher(sid).fetch(at.client),
            "listed", all(Credential.reader().setPageSize(1L).read(at.client)),
            "deleted", refused(() -> Credential.deleter(sid).delete(at.client)),
            "gone", refused(() -> Credential.fetcher(sid).fetch(at.client)),
            "left", all(Credential.reader().read(at.client))
        );
    }

    private static String pem(String kind) {
        return String.format("-----BEGIN %s-----\nMIIBog==\n-----END %s-----\n", kind, kind);
    }

    private static Map<String, Object> keepingAddresses(Place at) {
        Service service = Service.creator("Shop").create(at.client);
        AddressConfiguration made = AddressConfiguration
            .creator(AddressConfiguration.Type.SMS, "+15550300001")
            .setFriendlyName("Büro").setAddressCountry("US")
            .setAutoCreationEnabled(true)
            .setAutoCreationType(AddressConfiguration.AutoCreationType.WEBHOOK)
            .setAutoCreationConversationServiceSid(service.getSid())
            .setAutoCreationWebhookUrl("https://example.com/new")
            .setAutoCreationWebhookMethod(AddressConfiguration.Method.POST)
            .setAutoCreationWebhookFilters(List.of("onMessageAdded", "onConversationUpdated"))
            .create(at.client);
        AddressConfiguration studio = AddressConfiguration
            .creator(AddressConfiguration.Type.WHATSAPP, "whatsapp:+15550300002")
            .setAutoCreationEnabled(true)
            .setAutoCreationType(AddressConfiguration.AutoCreationType.STUDIO)
            .setAutoCreationStudioFlowSid(unknown("FW")).setAutoCreationStudioRetryCount(3)
            .create(at.client);
        String sid = made.getSid();
        return saw(
            "service", service,
            "made", made,
            "studio", studio,
            "by_sid", AddressConfiguration.fetcher(sid).fetch(at.client),
            "by_address", AddressConfiguration.fetcher("+15550300001").fetch(at.client),
            "updated", AddressConfiguration.updater(sid).setFriendlyName("Office")
                .setAutoCreationEnabled(false)
                .setAutoCreationWebhookMethod(AddressConfiguration.Method.GET).update(at.client),
            "read_back", AddressConfiguration.fetcher(sid).fetch(at.client),
            "listed", all(AddressConfiguration.reader().setPageSize(1L).read(at.client)),
            "filtered", all(AddressConfiguration.reader().setType("whatsapp").read(at.client)),
            "deleted", refused(() -> AddressConfiguration.deleter(sid).delete(at.client)),
            "gone", refused(() -> AddressConfiguration.fetcher(sid).fetch(at.client)),
            "left", all(AddressConfiguration.reader().read(at.client))
        );
    }

    private static Map<String, Object> configuring(Place at) {
        Service service = Service.creator("Shop").create(at.client);
        Map<String, Object> saw = saw(
            "service", service,
            "first", Configuration.fetcher().fetch(at.client),
            "updated", Configuration.updater().setDefaultChatServiceSid(service.getSid())
                .setDefaultMessagingServiceSid(unknown("MG"))
                .setDefaultInactiveTimer("PT10M").setDefaultClosedTimer("P1D").update(at.client),
            "read_back", Configuration.fetcher().fetch(at.client),
            "next", Conversation.creator().setUniqueName("lunch").create(at.client)
        );
        Participant.creator("lunch").setIdentity("ann").create(at.client);
        saw.put("at_the_service", com.twilio.rest.conversations.v1.service.Conversation
            .fetcher(service.getSid(), "lunch").fetch(at.client).getSid());
        return saw;
    }

    private static Map<String, Object> configuringWebhooks(Place at) {
        return saw(
            "first", Webhook.fetcher().fetch(at.client),
            "updated", Webhook.updater().setPreWebhookUrl("https://example.com/pre?x=é")
                .setPostWebhookUrl("https://example.com/post")
                .setFilters(List.of("onMessageAdd", "onMessageAdded")).setMethod("GET")
                .setTarget(Webhook.Target.WEBHOOK).update(at.client),
            "read_back", Webhook.fetcher().fetch(at.client)
        );
    }
}
