package dev.aicredits.enforcer;

import java.util.Map;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

/** The settings as the application binds them. */
final class TestSettings {

    static final String PREFIX = "aicredits.budget-enforcer";

    private TestSettings() {}

    /** The defaults, with those properties in their place. */
    static EnforcerSettings defaultsWith(Map<String, String> properties) {
        MapConfigurationPropertySource source = new MapConfigurationPropertySource();
        properties.forEach((name, value) -> source.put(PREFIX + "." + name, value));
        return new Binder(source).bindOrCreate(PREFIX, EnforcerSettings.class);
    }
}
