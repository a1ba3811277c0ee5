package tour;

import java.util.Map;

/** Something that a program does; it shows what it saw. */
public interface Scenario {
    Map<String, Object> play(Place at);
}
