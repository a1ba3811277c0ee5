package tour;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.twilio.base.Resource;
import com.twilio.base.ResourceSet;
import com.twilio.exception.ApiException;
import java.io.IOException;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a scenario saw, as JSON has words for it. */
public final class Shown {
    /** Marks a date as one, so that a text does not pass for it. */
    private static final class Dates extends JsonSerializer<ZonedDateTime> {
        @Override
        public void serialize(ZonedDateTime date, JsonGenerator to, SerializerProvider provider)
            throws IOException {
            to.writeStartObject();
            to.writeStringField("$date", DateTimeFormatter.ISO_INSTANT.format(date));
            to.writeEndObject();
        }
    }

    // Every getter of a resource under its name on the wire; the resources' own annotations would
    // turn dates back into text.
    private static final ObjectMapper MAPPER = JsonMapper.builder()
        .disable(MapperFeature.USE_ANNOTATIONS)
        .enable(SerializationFeature.WRITE_ENUMS_USING_TO_STRING)
        .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
        .addModule(new SimpleModule().addSerializer(ZonedDateTime.class, new Dates()))
        .build();

    private Shown() {}

    static String json(Object value) {
        try {
            return MAPPER.writeValueAsString(value);
        } catch (JsonProcessingException error) {
            throw new IllegalStateException(error);
        }
    }

    /** Names, each before its thing, in the order in which they were seen. */
    public static Map<String, Object> saw(Object... namesAndThings) {
        Map<String, Object> made = new LinkedHashMap<>();
        for (int index = 0; index < namesAndThings.length; index += 2) {
            made.put((String) namesAndThings[index], namesAndThings[index + 1]);
        }
        return made;
    }

    /** All of a list, with the library's own steps from page to page. */
    public static <E extends Resource> List<E> all(ResourceSet<E> found) {
        List<E> items = new ArrayList<>();
        found.forEach(items::add);
        return items;
    }

    /** What the library's exception says of a refusal; null where there was none. */
    public static Object refused(Runnable act) {
        try {
            act.run();
            return null;
        } catch (ApiException error) {
            return saw(
                "status", error.getStatusCode(), "code", error.getCode(),
                "message", error.getMessage(), "more_info", error.getMoreInfo()
            );
        }
    }
}
