package dev.aicredits.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.aicredits.testkit.Patience;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

class JdbcRolesTest {

    private static final LedgerTestDatabase DATABASE = LedgerTestDatabase.create();
    private static final JdbcRoles.Passwords PASSWORDS = LedgerTestDatabase.passwords();

    @AfterAll
    static void close() {
        DATABASE.close();
    }

    /** Two that altered a role at once would fail each other. */
    @Test
    void whoeverComesWhileAnotherMakesThemWaits() throws Exception {
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try (Connection other = DATABASE.superuser().getConnection();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute(JdbcRoles.LOCK);
            Future<?> made = thread.submit(() -> new JdbcRoles(DATABASE.superuser()).create(PASSWORDS));
            Patience.awaitTrue(
                    "it waits",
                    () -> JdbcClient.create(DATABASE.superuser())
                                    .sql("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
                                    .query(Long.class)
                                    .single()
                            == 1);

            other.commit();

            made.get();
        } finally {
            thread.shutdownNow();
        }
        assertThat(JdbcClient.create(DATABASE.app())
                        .sql("SELECT current_user")
                        .query(String.class)
                        .single())
                .isEqualTo(LedgerDatabase.APP_ROLE);
    }

    /** A service that cannot start prints all of its exception. */
    @Test
    void whatFailsSaysNoPassword() {
        Throwable failure = catchThrowable(() -> new JdbcRoles(DATABASE.app()).create(PASSWORDS));

        StringWriter trace = new StringWriter();
        failure.printStackTrace(new PrintWriter(trace));
        assertThat(trace.toString())
                .contains("permission denied")
                .doesNotContain(List.of(PASSWORDS.owner(), PASSWORDS.app(), PASSWORDS.reader()));
    }
}
