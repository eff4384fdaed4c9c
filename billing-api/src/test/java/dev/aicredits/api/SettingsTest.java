package dev.aicredits.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicredits.access.AccessSettings;
import dev.aicredits.adjustment.AdjustmentSettings;
import dev.aicredits.credits.CreditsSettings;
import dev.aicredits.embedded.TopicDeclaration;
import dev.aicredits.embedded.TopicFile;
import dev.aicredits.intake.IntakeSettings;
import dev.aicredits.operations.OperationsSettings;
import dev.aicredits.pages.PagesSettings;
import dev.aicredits.spending.SpendingSettings;
import dev.aicredits.stream.StreamSettings;
import java.io.IOException;
import java.lang.reflect.Parameter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** The settings of access and of the API, and the tables that name them. */
class SettingsTest {

    private static final Pattern README_ROW = Pattern.compile("(?m)^\\| `([a-z.-]+)` \\| `?([^|`]*)`? \\|");

    private final ApplicationContextRunner application = new ApplicationContextRunner()
            .withUserConfiguration(Enabled.class)
            .withPropertyValues("aicredits.access.key-peppers=" + ApiSystem.PEPPER);

    @EnableConfigurationProperties({
        AccessSettings.class,
        CreditsSettings.class,
        AdjustmentSettings.class,
        SpendingSettings.class,
        StreamSettings.class,
        IntakeSettings.class,
        ApiTopicSettings.class,
        PagesSettings.class,
        OperationsSettings.class
    })
    static class Enabled {}

    @Test
    void aPepperIsAllThatItNeedsToStart() {
        application.run(context -> assertThat(context).hasNotFailed());
        new ApplicationContextRunner().withUserConfiguration(Enabled.class).run(context -> assertThat(context)
                .hasFailed());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "aicredits.access.key-pepper=x",
                "aicredits.access.key-peppers=short",
                "aicredits.access.oidc-issuer=http://issuer",
                "aicredits.access.oidc-audience=api",
                "aicredits.access.oidc-jwks-uri=http://issuer/jwks",
                "aicredits.access.delegation-secrets=short",
                "aicredits.access.body-bytes-max=17MB",
                "aicredits.access.requests-per-second=0",
                "aicredits.access.requests-burst=0",
                "aicredits.api.credits.low=1",
                "aicredits.api.credits.low-balance=little",
                "aicredits.api.adjustments.alone-max=-1",
                "aicredits.api.usage-events.topic=",
                "aicredits.api.usage-events.events-max=0",
                "aicredits.api.usage-events.event-bytes-max=2MB",
                "aicredits.api.topics.send-timeout=2m",
                "aicredits.pages.demo=true",
                "aicredits.pages.oidc-client-id=pages",
                "aicredits.pages.checkout-url=127.0.0.1:8082",
                "aicredits.api.operations.topic=x",
                "aicredits.api.operations.replay-records-max=0",
                "aicredits.api.operations.topic-watch-interval=2h",
                "aicredits.api.operations.audit-interval=-1s",
                "aicredits.api.operations.audit-organizations-max=0"
            })
    void whatIsUnknownOrCannotWorkKeepsItFromStarting(String property) {
        application.withPropertyValues(property).run(context -> assertThat(context)
                .hasFailed());
    }

    @Test
    void theDemosSignInAndAProvidersExcludeEachOther() {
        String[] provider = {"aicredits.pages.oidc-client-id=pages", "aicredits.pages.oidc-client-secret=hidden"};
        application.withPropertyValues(provider).run(context -> {
            assertThat(context).hasNotFailed();
            assertThat(context.getBean(PagesSettings.class).toString()).doesNotContain("hidden");
        });
        application
                .withPropertyValues(provider)
                .withPropertyValues("aicredits.pages.demo-sign-in=true")
                .run(context -> assertThat(context).hasFailed());
    }

    @Test
    void peppersAreNotShown() {
        application.run(context ->
                assertThat(context.getBean(AccessSettings.class).toString()).doesNotContain(ApiSystem.PEPPER));
    }

    @Test
    void theTopicsThatOperatorsSeeAreThoseThatAreDeclared() {
        application.run(
                context -> assertThat(context.getBean(OperationsSettings.class).topics())
                        .containsExactlyInAnyOrderElementsOf(TopicFile.packaged().stream()
                                .map(TopicDeclaration::name)
                                .toList()));
    }

    @Test
    void theReadmesNameEverySettingWithItsDefault() throws IOException {
        Map<String, String> access = new LinkedHashMap<>();
        collect("", AccessSettings.class, access);
        access.put("key-peppers", "required");
        Map<String, String> api = new LinkedHashMap<>();
        collect("aicredits.api.credits.", CreditsSettings.class, api);
        collect("aicredits.api.adjustments.", AdjustmentSettings.class, api);
        collect("aicredits.spending.", SpendingSettings.class, api);
        collect("aicredits.api.streams.", StreamSettings.class, api);
        collect("aicredits.api.usage-events.", IntakeSettings.class, api);
        collect("aicredits.api.topics.", ApiTopicSettings.class, api);
        collect("aicredits.pages.", PagesSettings.class, api);
        collect("aicredits.api.operations.", OperationsSettings.class, api);

        assertThat(documented(Path.of("..", "access", "README.md"))).containsExactlyEntriesOf(access);
        assertThat(documented(Path.of("README.md"))).containsExactlyEntriesOf(api);
    }

    private static Map<String, String> documented(Path readme) throws IOException {
        String text = Files.readString(readme);
        Map<String, String> rows = new LinkedHashMap<>();
        README_ROW
                .matcher(text.substring(text.indexOf("## Settings")))
                .results()
                .forEach(row -> rows.put(row.group(1), row.group(2).strip()));
        return rows;
    }

    private static void collect(String prefix, Class<?> settings, Map<String, String> into) {
        for (Parameter setting : settings.getDeclaredConstructors()[0].getParameters()) {
            DefaultValue given = setting.getAnnotation(DefaultValue.class);
            String value = given == null ? "" : String.join(", ", given.value());
            String name = setting.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
            into.put(prefix + name, value.isEmpty() ? "none" : value);
        }
    }
}
