package dev.aicredits.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a folder keeps from one server to the next, however the first one ended. */
class PostgresRestartTest {
    @TempDir
    static Path temp;

    /** All tests share it: initdb is most of a first start. */
    private static Path folder;

    @BeforeAll
    static void chooseFolder() throws Exception {
        // The name must survive its way through postgresql.conf and the command line.
        folder = temp.toRealPath().resolve("it's a folder");
    }

    @AfterEach
    void dropTable() throws Exception {
        try (PostgresServer server = start()) {
            Sql.run(server, "DROP TABLE IF EXISTS kept");
        }
    }

    @Test
    void rowsAndPasswordSurviveAStopAndASigkillOfTheServer() throws Exception {
        String password;
        try (PostgresServer first = start()) {
            Sql.run(first, "CREATE TABLE kept (id int)", "INSERT INTO kept VALUES (1)");
            password = first.superuserPassword();
        }
        PostgresServer second = start();
        Sql.run(second, "INSERT INTO kept VALUES (2)");
        second.kill();
        second.close();
        try (PostgresServer third = start()) {
            assertThat(Sql.value(third, "SELECT count(*) FROM kept")).isEqualTo("2");
            assertThat(third.superuserPassword()).isEqualTo(password);
        }
    }

    @Test
    void aServerThatOutlivedItsJvmIsReplacedAndKeepsItsRows() throws Exception {
        JvmProcess jvm = JvmProcess.start(
                PostgresMain.class,
                JvmProcess.SHORT_LIVED,
                List.of(folder.toString()),
                line -> line.startsWith("pid "));
        long orphan = Long.parseLong(jvm.readyLine().substring("pid ".length()));
        jvm.kill();
        assertThat(new Postmaster(folder.resolve("pgdata")).runningPid()).contains(orphan);

        try (PostgresServer server =
                PostgresServer.start(PostgresSettings.in(folder).withServerSetting("work_mem", "5MB"))) {
            assertThat(server.pid()).isNotEqualTo(orphan);
            assertThat(Sql.value(server, "SHOW work_mem")).isEqualTo("5MB");
            assertThat(Sql.value(server, "SELECT count(*) FROM kept")).isEqualTo("1");
            assertThat(Files.readString(folder.resolve("server.log")))
                    .as("the orphan was shut down in order, so nothing had to be recovered")
                    .doesNotContain("was not properly shut down");
        }
    }

    @Test
    void childrenThatOutlivedTheirPostmasterDoNotBlock() throws Exception {
        PostgresServer first = start();
        // A frozen child can't notice that its postmaster died, and holds the shared memory.
        List<Long> children = ProcessHandle.of(first.pid())
                .orElseThrow()
                .children()
                .map(ProcessHandle::pid)
                .toList();
        children.forEach(Signal.STOP::send);
        Signal.KILL.send(first.pid());
        first.close();
        try (PostgresServer second = start()) {
            assertThat(Sql.value(second, "SELECT 1")).isEqualTo("1");
        }
    }

    @Test
    void aPidFileOfADeadProcessOrOfAStrangerDoesNotBlock() throws Exception {
        start().close();
        for (String pid : List.of(
                Long.toString(Long.MAX_VALUE),
                Long.toString(ProcessHandle.current().pid()),
                "")) {
            Files.writeString(folder.resolve("pgdata/postmaster.pid"), pid + "\n" + folder.resolve("pgdata") + "\n");
            try (PostgresServer server = start()) {
                assertThat(Sql.value(server, "SELECT 1")).isEqualTo("1");
            }
        }
    }

    @Test
    void anInitdbThatDidNotFinishIsDoneAgain() throws Exception {
        Path unfinished = temp.resolve("unfinished");
        Files.createDirectories(unfinished.resolve("pgdata.new/base"));
        Files.writeString(unfinished.resolve("pgdata.new/PG_VERSION"), "18");
        Files.writeString(unfinished.resolve("superuser-password"), "half");
        try (PostgresServer server = PostgresServer.start(PostgresSettings.in(unfinished))) {
            assertThat(Sql.value(server, "SELECT 1")).isEqualTo("1");
            assertThat(unfinished.resolve("pgdata.new")).doesNotExist();
        }
    }

    @Test
    void aServerThatRefusesItsSettingsSaysWhyInOneSentence() {
        PostgresSettings settings = PostgresSettings.in(folder).withServerSetting("shared_buffers", "many");
        assertThatThrownBy(() -> PostgresServer.start(settings))
                .isInstanceOf(StartupFailure.class)
                .hasMessageContaining("shared_buffers")
                .hasMessageNotContaining("\n");
    }

    @Test
    void aFullDiskIsToldFromOtherFailures() {
        assertThat(PostgresFailure.of(folder, "initdb: error: could not write: No space left on device\n"))
                .hasMessage("the disk of %s is full: free some space or choose another data folder", folder);
        assertThat(PostgresFailure.of(folder, "1 LOG: a\n1 FATAL:  b\n1 FATAL:  c\n"))
                .hasMessage("PostgreSQL did not start in %s: FATAL:  b", folder);
    }

    private PostgresServer start() {
        return PostgresServer.start(PostgresSettings.in(folder));
    }
}
