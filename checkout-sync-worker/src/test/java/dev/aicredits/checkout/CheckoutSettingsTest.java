package dev.aicredits.checkout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicredits.testkit.ReadmeSettings;
import java.lang.reflect.Parameter;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class CheckoutSettingsTest {

    private static final String KEY = TestSettings.PREFIX + ".stripe.api-key=sk_test_not_a_real_key";

    private final ApplicationContextRunner application =
            new ApplicationContextRunner().withUserConfiguration(Enabled.class);

    @EnableConfigurationProperties(CheckoutSettings.class)
    static class Enabled {}

    @Test
    void aKeyIsAllThatItNeedsToStart() {
        application.withPropertyValues(KEY).run(context -> assertThat(context).hasNotFailed());
        application.run(context -> assertThat(context).hasFailed());
    }

    @Test
    void settingsTakeTheirPropertyNames() {
        CheckoutSettings settings = TestSettings.defaultsWith(Map.of(
                "webhook-secrets", "one,two",
                "undelivered-calls", "7",
                "open-age-min", "8s",
                "stripe.circuit-open", "9s"));

        assertThat(settings.webhookSecrets()).isEqualTo(Set.of("one", "two"));
        assertThat(settings.undeliveredCalls()).isEqualTo(7);
        assertThat(settings.openAgeMin()).isEqualTo(Duration.ofSeconds(8));
        assertThat(settings.stripe().circuitOpen()).isEqualTo(Duration.ofSeconds(9));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "webhook-secret=x",
                "stripe.apikey2=x",
                "stripe.api-key= ",
                "webhook-secrets[0]= ",
                "webhook-tolerance=0s",
                "webhook-bytes-max=2MB",
                "webhook-bytes-max=1B",
                "amount-min=0.49",
                "amount-min=5.001",
                "amount-max=4",
                "amount-max=1000000",
                "amounts-suggested=1",
                "amounts-suggested=10.005",
                "topic=",
                "group-protocol=share",
                "concurrency=0",
                "back-off-initial=11s",
                "back-off-max=15m",
                "open-page-size=0",
                "undelivered-page-size=101",
                "stripe.attempts-max=0",
                "stripe.read-timeout=0s",
                "stripe.circuit-failure-percent=0"
            })
    void whatIsUnknownOrCannotWorkKeepsItFromStarting(String property) {
        application
                .withPropertyValues(KEY, TestSettings.PREFIX + "." + property)
                .run(context -> assertThat(context).hasFailed());
    }

    @Test
    void keysAndSecretsAreNotShown() {
        CheckoutSettings settings = TestSettings.defaultsWith(
                Map.of("webhook-secrets", "hush-one", "stripe.api-key", "sk_test_not_a_real_key"));

        assertThat(settings.toString() + settings.stripe()).doesNotContain("hush-one", "sk_test_not_a_real_key");
    }

    @Test
    void theReadmeNamesEverySettingWithItsDefault() {
        Map<String, String> expected = new LinkedHashMap<>();
        collect("", CheckoutSettings.class, expected);
        expected.put("stripe.api-key", "required");
        assertThat(ReadmeSettings.documented()).containsExactlyEntriesOf(expected);
    }

    private static void collect(String prefix, Class<?> settings, Map<String, String> into) {
        for (Parameter setting : settings.getDeclaredConstructors()[0].getParameters()) {
            String name =
                    prefix + setting.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
            if (setting.getType().isRecord()) {
                collect(name + ".", setting.getType(), into);
            } else {
                into.put(name, defaultOf(setting));
            }
        }
    }

    private static String defaultOf(Parameter setting) {
        String value =
                String.join(", ", setting.getAnnotation(DefaultValue.class).value());
        return value.isEmpty() ? "none" : value;
    }
}
