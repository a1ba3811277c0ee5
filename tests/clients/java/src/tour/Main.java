package tour;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Plays every scenario with the official Java library; prints what it showed, a JSON line each.
 *
 * <p>Nothing here says where the server is: {@code partywire exec} leads the library there.
 */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        OnlyAtTheAccount.SCENARIOS.forEach((name, one) -> tell(out, name, "account", one));
        tour.account.Scenarios.ALL.forEach((name, one) -> tell(out, name, "account", one));
        OnlyAtAService.SCENARIOS.forEach((name, one) -> tell(out, name, "service", one));
        tour.service.Scenarios.ALL.forEach((name, one) -> tell(out, name, "service", one));
    }

    private static void tell(PrintStream out, String name, String door, Scenario scenario) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("scenario", name);
        line.put("door", door);
        try {
            Place at = Place.at(door);
            line.put("account", at.account);
            line.put("saw", scenario.play(at));
        } catch (RuntimeException error) {
            StringWriter trace = new StringWriter();
            error.printStackTrace(new PrintWriter(trace));
            line.put("error", trace.toString());
        }
        out.println(Shown.json(line));
    }
}
