package dev.aicredits.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PostgresBinariesTest {

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({
        "postgres (PostgreSQL) 18.6, 18",
        "postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1), 15",
        "postgres (PostgreSQL) 19beta1, 19"
    })
    void theMajorVersionIsReadFromWhatTheServerPrints(String printed, int majorVersion) {
        assertThat(PostgresBinaries.majorVersion(printed)).isEqualTo(majorVersion);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "postgres 18", "psql (EnterpriseDB) 18.6"})
    void whatIsNoVersionIsRefusedInOneSentence(String printed) {
        assertThatExceptionOfType(StartupFailure.class)
                .isThrownBy(() -> PostgresBinaries.majorVersion(printed))
                .withMessageStartingWith("this is no version of PostgreSQL");
    }

    @Test
    void aFolderWithoutAPostgresIsNamed() {
        PostgresSettings settings =
                PostgresSettings.in(folder.resolve("data")).withInstallation(folder.resolve("nothing"));

        assertThatExceptionOfType(StartupFailure.class)
                .isThrownBy(() -> PostgresServer.start(settings))
                .withMessageContaining(folder.resolve("nothing").toString())
                .withMessageContaining("does not hold a PostgreSQL");
    }

    @Test
    void anInstallationRunsAsTheEmbeddedServerDoes() throws Exception {
        Path embedded = PostgresBinaries.unpacked(folder).home();
        PostgresSettings settings = PostgresSettings.in(folder.resolve("data")).withInstallation(embedded);

        try (PostgresServer server = PostgresServer.start(settings)) {
            assertThat(Sql.value(server, "SHOW fsync")).isEqualTo("on");
            assertThat(Sql.value(server, "SHOW allow_alter_system")).isEqualTo("off");
        }
    }
}
