package dev.aicredits.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicredits.testkit.Patience;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DelegatingDataSource;

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

    /** A service that cannot start prints all of its exception, which quotes the statement; and so does a server's log. */
    @Test
    void noStatementHasAPassword() {
        List<String> statements = new ArrayList<>();

        new JdbcRoles(recording(DATABASE.superuser(), statements)).create(PASSWORDS);

        assertThat(statements)
                .anyMatch(statement -> statement.startsWith("ALTER ROLE aicredits_owner"))
                .noneMatch(statement -> Stream.of(PASSWORDS.owner(), PASSWORDS.app(), PASSWORDS.reader())
                        .anyMatch(statement::contains));
    }

    /** Adds each statement that is prepared or executed; what the driver sends by itself is none. */
    private static DataSource recording(DataSource dataSource, List<String> statements) {
        return new DelegatingDataSource(dataSource) {
            @Override
            public Connection getConnection() throws SQLException {
                return recording(Connection.class, super.getConnection(), statements);
            }
        };
    }

    private static <T> T recording(Class<T> type, T delegate, List<String> statements) {
        return type.cast(
                Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    if (arguments != null && arguments[0] instanceof String sql) {
                        statements.add(sql);
                    }
                    Object result = method.invoke(delegate, arguments);
                    return method.getReturnType() == Statement.class
                            ? recording(Statement.class, (Statement) result, statements)
                            : result;
                }));
    }
}
