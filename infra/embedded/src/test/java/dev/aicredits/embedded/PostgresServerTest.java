package dev.aicredits.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a running server promises; all tests share one. */
class PostgresServerTest {
    @TempDir
    static Path folder;

    private static PostgresServer server;

    @BeforeAll
    static void start() {
        server = PostgresServer.start(
                PostgresSettings.in(folder.resolve("db")).withServerSetting("log_min_duration_statement", "5s"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @ParameterizedTest
    @CsvSource({
        "fsync, on",
        "synchronous_commit, on",
        "full_page_writes, on",
        "wal_compression, pglz",
        "max_wal_size, 4GB",
        "shared_buffers, 256MB",
        "checkpoint_timeout, 15min",
        "max_connections, 100",
        "listen_addresses, 127.0.0.1",
        "unix_socket_directories, ''",
        "password_encryption, scram-sha-256",
        "allow_alter_system, off",
        "jit, off",
        "server_encoding, UTF8",
        "log_min_duration_statement, 5s"
    })
    void settingIs(String name, String value) throws Exception {
        assertThat(Sql.value(server, "SHOW " + name)).isEqualTo(value);
    }

    @Test
    void aWrongPasswordIsRefused() {
        assertThatThrownBy(() -> DriverManager.getConnection(
                        server.jdbcUrl("postgres"), server.superuser(), server.superuserPassword() + "x"))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("password authentication failed");
    }

    @Test
    void noPasswordIsRefused() {
        assertThatThrownBy(() -> DriverManager.getConnection(server.jdbcUrl("postgres"), server.superuser(), null))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("password");
    }

    @Test
    void everyRuleOfTheServerAsksForScram() throws Exception {
        assertThat(Sql.value(server, "SELECT string_agg(DISTINCT auth_method, ',') FROM pg_hba_file_rules"))
                .isEqualTo("scram-sha-256");
    }

    @Test
    void thePasswordIsOnlyForTheOwnerAndLiesBesideTheDatabase() throws IOException {
        Path file = folder.resolve("db/superuser-password");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        try (Stream<Path> files = Files.walk(folder.resolve("db/pgdata"))) {
            assertThat(files.map(path -> path.getFileName().toString())).doesNotContain("superuser-password");
        }
    }

    @Test
    void aSecondServerOnTheSameFolderIsRefusedInOneSentence() {
        assertThatThrownBy(() -> PostgresServer.start(PostgresSettings.in(folder.resolve("db"))))
                .isInstanceOf(StartupFailure.class)
                .hasMessage(
                        "the data folder %s is in use by another process: stop that one or choose another data folder",
                        folder.resolve("db"));
        assertThat(ProcessHandle.of(server.pid())).isPresent();
    }

    @Test
    void aBusyPortIsAnsweredInOneSentence() {
        PostgresSettings settings = PostgresSettings.in(folder.resolve("other"))
                .withPort(server.port())
                .withPortOption("--postgres-port");
        assertThatThrownBy(() -> PostgresServer.start(settings))
                .isInstanceOf(StartupFailure.class)
                .hasMessage("port %d is in use: choose another with --postgres-port", server.port());
    }

    @Test
    void aDiskWithTooLittleRoomIsAnsweredInOneSentence() {
        PostgresSettings settings = PostgresSettings.in(folder.resolve("other")).withFreeBytesMin(Long.MAX_VALUE);
        assertThatThrownBy(() -> PostgresServer.start(settings))
                .isInstanceOf(StartupFailure.class)
                .hasMessageMatching("the disk of .* has \\d+ MB free and at least \\d+ MB are needed: .*");
    }
}
