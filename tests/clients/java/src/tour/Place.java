package tour;

import com.twilio.http.TwilioRestClient;
import com.twilio.rest.conversations.v1.Service;
import java.util.UUID;

/** Where a scenario plays: a new account, and, at its door, one of its services. */
public final class Place {
    public static final String OURS = "+15550100000";
    public static final String ATTESTED = "{\"motto\": \"¡Olé! 名前 ☕\"}";

    public final String account = "AC" + token();
    public final TwilioRestClient client = new TwilioRestClient.Builder(account, token()).build();
    public String service;

    private Place() {}

    static Place at(String door) {
        Place made = new Place();
        if (door.equals("service")) {
            made.service = Service.creator("Shop").create(made.client).getSid();
        }
        return made;
    }

    static String token() {
        return UUID.randomUUID().toString().replace("-", "");
    }

    /** A SID that nothing has. */
    public static String unknown(String prefix) {
        return prefix + "0".repeat(32);
    }
}
