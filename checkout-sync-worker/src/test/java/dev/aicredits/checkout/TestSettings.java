package dev.aicredits.checkout;

import java.util.HashMap;
import java.util.Map;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

/** Settings with the defaults that ship, and what a test says. */
final class TestSettings {

    static final String PREFIX = "aicredits.checkout-sync";

    private TestSettings() {}

    static CheckoutSettings defaultsWith(Map<String, String> properties) {
        Map<String, String> named = new HashMap<>();
        properties.forEach((name, value) -> named.put(PREFIX + "." + name, value));
        return new Binder(new MapConfigurationPropertySource(named))
                .bindOrCreate(PREFIX, Bindable.of(CheckoutSettings.class));
    }
}
