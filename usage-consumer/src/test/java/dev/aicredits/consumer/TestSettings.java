package dev.aicredits.consumer;

import java.util.HashMap;
import java.util.Map;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

/** Settings as Spring Boot makes them of properties. */
final class TestSettings {

    static final String PREFIX = "aicredits.usage-consumer";

    private TestSettings() {}

    /** The defaults, but for those named without the prefix. */
    static UsageConsumerSettings defaultsWith(Map<String, String> properties) {
        Map<String, String> prefixed = new HashMap<>();
        properties.forEach((name, value) -> prefixed.put(PREFIX + "." + name, value));
        return new Binder(new MapConfigurationPropertySource(prefixed))
                .bindOrCreate(PREFIX, UsageConsumerSettings.class);
    }
}
