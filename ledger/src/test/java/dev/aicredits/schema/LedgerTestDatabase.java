package dev.aicredits.schema;

import com.zaxxer.hikari.HikariDataSource;
import dev.aicredits.testkit.TestDatabase;
import dev.aicredits.testkit.TestInfra;
import java.util.UUID;
import javax.sql.DataSource;

/** A migrated ledger database for one test class: fresh, on a real PostgreSQL, reached under each of its roles. */
public final class LedgerTestDatabase implements AutoCloseable {

    // Roles belong to the whole server, so all databases of this JVM share their passwords.
    private static final JdbcRoles.Passwords PASSWORDS = new JdbcRoles.Passwords(random(), random(), random());

    private final HikariDataSource superuser;
    private final HikariDataSource owner;
    private final HikariDataSource app;
    private final HikariDataSource reader;

    private LedgerTestDatabase(TestDatabase database) {
        this.superuser = database.pool();
        // Rights on a database itself are not copied with it.
        new JdbcRoles(superuser).create(PASSWORDS);
        this.owner = database.pool(LedgerDatabase.OWNER_ROLE, PASSWORDS.owner());
        this.app = database.pool(LedgerDatabase.APP_ROLE, PASSWORDS.app());
        this.reader = database.pool(LedgerDatabase.READER_ROLE, PASSWORDS.reader());
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
        return superuser;
    }

    public DataSource owner() {
        return owner;
    }

    /** As the application's role. */
    public DataSource app() {
        return app;
    }

    public DataSource reader() {
        return reader;
    }

    @Override
    public void close() {
        superuser.close();
        owner.close();
        app.close();
        reader.close();
    }

    private static String random() {
        return UUID.randomUUID().toString();
    }
}
