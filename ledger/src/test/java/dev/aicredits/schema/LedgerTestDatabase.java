package dev.aicredits.schema;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.aicredits.testkit.TestDatabase;
import dev.aicredits.testkit.TestInfra;
import java.util.UUID;
import javax.sql.DataSource;

/** A migrated ledger database for one test class: fresh, on a real PostgreSQL, reached under each of its roles. */
public final class LedgerTestDatabase implements AutoCloseable {

    private static final int CONNECTIONS_MAX = 12;

    // Roles belong to the whole server, so all databases of this JVM share their passwords.
    private static final JdbcRoles.Passwords PASSWORDS = new JdbcRoles.Passwords(random(), random(), random());

    private final TestDatabase database;
    private final HikariDataSource app;

    private LedgerTestDatabase(TestDatabase database) {
        this.database = database;
        // Rights on a database itself are not copied with it.
        new JdbcRoles(superuser()).create(PASSWORDS);
        this.app = pooled();
    }

    /** Makes a database with the roles, the schema and the shipped rate cards, and nothing else. */
    public static LedgerTestDatabase create() {
        return new LedgerTestDatabase(TestInfra.shared().createDatabase("ledger", LedgerTestDatabase::fill));
    }

    private static void fill(TestDatabase database) {
        LedgerDatabase.create(
                database.dataSource(), PASSWORDS, database.as(LedgerDatabase.OWNER_ROLE, PASSWORDS.owner()));
    }

    /** The passwords of the roles, for a test that makes a database of its own. */
    public static JdbcRoles.Passwords passwords() {
        return PASSWORDS;
    }

    public DataSource superuser() {
        return database.dataSource();
    }

    public DataSource owner() {
        return database.as(LedgerDatabase.OWNER_ROLE, PASSWORDS.owner());
    }

    /** What services have: a pool, as the application's role. */
    public DataSource app() {
        return app;
    }

    public DataSource reader() {
        return database.as(LedgerDatabase.READER_ROLE, PASSWORDS.reader());
    }

    @Override
    public void close() {
        app.close();
    }

    private HikariDataSource pooled() {
        HikariConfig pool = new HikariConfig();
        pool.setDataSource(database.as(LedgerDatabase.APP_ROLE, PASSWORDS.app()));
        pool.setMaximumPoolSize(CONNECTIONS_MAX);
        pool.setMinimumIdle(1);
        return new HikariDataSource(pool);
    }

    private static String random() {
        return UUID.randomUUID().toString();
    }
}
