package dev.aicredits.enforcer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicredits.enforcer.EnforcerSettings.Acknowledgements;
import dev.aicredits.messaging.ConsumerSettings;
import dev.aicredits.testkit.ReadmeSettings;
import java.lang.reflect.Parameter;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class EnforcerSettingsTest {

    private final ApplicationContextRunner application =
            new ApplicationContextRunner().withUserConfiguration(Enabled.class);

    @EnableConfigurationProperties(EnforcerSettings.class)
    static class Enabled {}

    @Test
    void theDefaultsAreTheDocumentedOnes() {
        assertThat(TestSettings.defaultsWith(Map.of()))
                .isEqualTo(new EnforcerSettings(
                        "billing.ledger.v1",
                        "billing.ledger.v1-dlt",
                        "agent.control.v1",
                        "billing.alerts.v1",
                        "agent.control-acks.v1",
                        "agent.control-acks.v1-dlt",
                        "budget-enforcer",
                        "classic",
                        2,
                        2_000,
                        Duration.ofMinutes(5),
                        Duration.ofMillis(200),
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(30),
                        Duration.ofMillis(500),
                        Duration.ofSeconds(5),
                        Duration.ofMinutes(1),
                        List.of(50, 80, 100),
                        Acknowledgements.EXPECTED));
    }

    @Test
    void acknowledgementsAreReadByAGroupOfTheirOwn() {
        ConsumerSettings acks =
                TestSettings.defaultsWith(Map.of("group-id", "g")).acks();

        assertThat(List.of(acks.topic(), acks.groupId())).containsExactly("agent.control-acks.v1", "g-acks");
        assertThat(acks.concurrency()).isEqualTo(1);
    }

    @Test
    void theDefaultsStart() {
        application.run(context -> assertThat(context).hasNotFailed());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "poll-record-max=5",
                "concurrency=0",
                "group-protocol=share",
                "topic=",
                "send-timeout=1ms",
                "back-off-initial=6s",
                "poll-interval-max=10s",
                "sweep-interval=1ms",
                "alert-percents=0",
                "alert-percents=50,101",
                "acknowledgements=maybe"
            })
    void whatIsUnknownOrCannotWorkKeepsItFromStarting(String property) {
        application.withPropertyValues(TestSettings.PREFIX + "." + property).run(context -> assertThat(context)
                .hasFailed());
    }

    @Test
    void theReadmeNamesEverySettingWithItsDefault() {
        Map<String, String> expected = new LinkedHashMap<>();
        for (Parameter setting : EnforcerSettings.class.getDeclaredConstructors()[0].getParameters()) {
            String name = setting.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
            expected.put(
                    name,
                    String.join(",", setting.getAnnotation(DefaultValue.class).value()));
        }
        assertThat(ReadmeSettings.documented()).containsExactlyEntriesOf(expected);
    }
}
