package dev.aicredits.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicredits.testkit.ReadmeSettings;
import java.lang.reflect.Parameter;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.util.unit.DataSize;

class UsageConsumerSettingsTest {

    private final ApplicationContextRunner application =
            new ApplicationContextRunner().withUserConfiguration(Enabled.class);

    @EnableConfigurationProperties(UsageConsumerSettings.class)
    static class Enabled {}

    @Test
    void theDefaultsAreTheDocumentedOnes() {
        assertThat(TestSettings.defaultsWith(Map.of()))
                .isEqualTo(new UsageConsumerSettings(
                        "agent.usage.v1",
                        "agent.usage.v1-dlt",
                        "billing.ledger.v1",
                        "usage-consumer",
                        "classic",
                        2,
                        20_000,
                        DataSize.ofMegabytes(8),
                        Duration.ofMinutes(5),
                        DataSize.ofMegabytes(8),
                        DataSize.ofMegabytes(4),
                        Duration.ofMillis(200),
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(30),
                        Duration.ofDays(100),
                        Duration.ofMinutes(10),
                        DataSize.ofMegabytes(1),
                        Set.of(),
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(5)));
    }

    @Test
    void everySettingHasItsPropertyName() {
        Map<String, String> properties = new LinkedHashMap<>();
        properties.put("topic", "t");
        properties.put("dead-letter-topic", "d");
        properties.put("ledger-topic", "l");
        properties.put("group-id", "g");
        properties.put("group-protocol", "consumer");
        properties.put("concurrency", "3");
        properties.put("poll-records-max", "4");
        properties.put("poll-bytes-max", "5MB");
        properties.put("poll-interval-max", "6m");
        properties.put("fetch-max", "7MB");
        properties.put("partition-fetch-max", "3MB");
        properties.put("back-off-initial", "9ms");
        properties.put("back-off-max", "10s");
        properties.put("send-timeout", "11s");
        properties.put("shutdown-timeout", "12s");
        properties.put("event-age-max", "13d");
        properties.put("event-future-max", "14m");
        properties.put("event-bytes-max", "15KB");
        properties.put("trusted-sources", "/a,/b");
        properties.put("rate-card-refresh", "16s");
        properties.put("daily-totals-interval", "17s");

        assertThat(properties.keySet()).containsExactlyElementsOf(names());
        assertThat(TestSettings.defaultsWith(properties))
                .isEqualTo(new UsageConsumerSettings(
                        "t",
                        "d",
                        "l",
                        "g",
                        "consumer",
                        3,
                        4,
                        DataSize.ofMegabytes(5),
                        Duration.ofMinutes(6),
                        DataSize.ofMegabytes(7),
                        DataSize.ofMegabytes(3),
                        Duration.ofMillis(9),
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(11),
                        Duration.ofSeconds(12),
                        Duration.ofDays(13),
                        Duration.ofMinutes(14),
                        DataSize.ofKilobytes(15),
                        Set.of("/a", "/b"),
                        Duration.ofSeconds(16),
                        Duration.ofSeconds(17)));
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
                "poll-records-max=0",
                "poll-bytes-max=0B",
                "event-bytes-max=3GB",
                "fetch-max=-1B",
                "send-timeout=1ms",
                "back-off-initial=0ms",
                "back-off-initial=6s",
                "poll-interval-max=60s",
                "rate-card-refresh=-1s",
                "daily-totals-interval=0s"
            })
    void whatIsUnknownOrCannotWorkKeepsItFromStarting(String property) {
        application.withPropertyValues(TestSettings.PREFIX + "." + property).run(context -> assertThat(context)
                .hasFailed());
    }

    @Test
    void theReadmeNamesEverySettingWithItsDefault() {
        Map<String, String> expected = new LinkedHashMap<>();
        for (Parameter setting : UsageConsumerSettings.class.getDeclaredConstructors()[0].getParameters()) {
            expected.put(name(setting), defaultOf(setting));
        }
        assertThat(ReadmeSettings.documented()).containsExactlyEntriesOf(expected);
    }

    private static List<String> names() {
        return Arrays.stream(UsageConsumerSettings.class.getDeclaredConstructors()[0].getParameters())
                .map(UsageConsumerSettingsTest::name)
                .toList();
    }

    private static String name(Parameter setting) {
        return setting.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }

    private static String defaultOf(Parameter setting) {
        String[] value = setting.getAnnotation(DefaultValue.class).value();
        return value.length == 0 ? "none" : value[0];
    }
}
