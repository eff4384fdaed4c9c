package dev.aicredits.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aicredits.embedded.TopicDeclaration;
import dev.aicredits.embedded.TopicFile;
import dev.aicredits.schema.LedgerDatabase;
import dev.aicredits.testkit.ReadmeSettings;
import dev.aicredits.testkit.TestDatabase;
import dev.aicredits.testkit.TestInfra;
import java.lang.reflect.Parameter;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The setup as it is started, on a real database and a real broker. */
class SetupTest {
    private static final String APP_PASSWORD = "app-only-for-tests";

    private final TestDatabase database = TestInfra.shared().createDatabase();

    @Test
    void anEmptyDatabaseAndBrokerHaveAllThatServicesNeedHoweverOftenItRuns() throws Exception {
        SetupApplication.main(arguments());
        SetupApplication.main(arguments());
        JdbcClient app = JdbcClient.create(database.as(LedgerDatabase.APP_ROLE, APP_PASSWORD));
        assertThat(app.sql("SELECT count(*) FROM trial_balance")
                        .query(Long.class)
                        .single())
                .isPositive();
        try (Admin admin = TestInfra.shared().broker().admin()) {
            assertThat(admin.listTopics().names().get())
                    .containsAll(TopicFile.packaged().stream()
                            .map(TopicDeclaration::name)
                            .toList());
        }
    }

    @Test
    void withoutASuperuserItMigratesAsTheOwnerAlone() {
        SetupApplication.main(arguments());
        SetupApplication.main(arguments("--aicredits.setup.superuser-password="));
        assertThatThrownBy(() -> SetupApplication.main(
                        arguments("--aicredits.setup.superuser-password=", "--aicredits.setup.owner-password=wrong")))
                .hasStackTraceContaining("password authentication failed");
    }

    @Test
    void settingsThatItDoesNotHaveOrThatAnybodyCouldGuessAreRefused() {
        for (String refused : List.of(
                "--aicredits.setup.owner=x",
                "--aicredits.setup.owner-password=",
                "--aicredits.setup.app-password=",
                "--aicredits.setup.reader-password=",
                "--aicredits.setup.replication-factor=0")) {
            assertThatThrownBy(() -> SetupApplication.main(arguments(refused)))
                    .as(refused)
                    .hasStackTraceContaining("aicredits.setup");
        }
    }

    @Test
    void theReadmeNamesEverySettingWithItsDefault() {
        Map<String, String> defaults = new LinkedHashMap<>();
        for (RecordComponent component : SetupSettings.class.getRecordComponents()) {
            String name = component.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
            String value =
                    parameter(component).getAnnotation(DefaultValue.class).value()[0];
            defaults.put(name, value.isEmpty() ? name.equals("owner-password") ? "required" : "none" : value);
        }
        assertThat(ReadmeSettings.documented()).containsExactlyEntriesOf(defaults);
    }

    private static Parameter parameter(RecordComponent component) {
        return Arrays.stream(SetupSettings.class.getDeclaredConstructors()[0].getParameters())
                .filter(parameter -> parameter.getName().equals(component.getName()))
                .findFirst()
                .orElseThrow();
    }

    /** Of an option that is given twice Spring joins the values; the later one is to win here. */
    private String[] arguments(String... overrides) {
        List<String> arguments = new ArrayList<>(List.of(
                "--aicredits.setup.database-url=" + database.jdbcUrl(),
                "--aicredits.setup.superuser=" + database.user(),
                "--aicredits.setup.superuser-password=" + database.password(),
                "--aicredits.setup.owner-password=owner-only-for-tests",
                "--aicredits.setup.app-password=" + APP_PASSWORD,
                "--aicredits.setup.reader-password=reader-only-for-tests",
                "--aicredits.setup.replication-factor=1",
                "--spring.kafka.bootstrap-servers=" + TestInfra.shared().bootstrapServers()));
        for (String override : overrides) {
            String name = override.substring(0, override.indexOf('=') + 1);
            arguments.removeIf(argument -> argument.startsWith(name));
            arguments.add(override);
        }
        return arguments.toArray(String[]::new);
    }
}
