package dev.aicredits.schema;

import javax.sql.DataSource;
import org.postgresql.PGConnection;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Makes the database's roles, as a superuser, before the first migration. Safe to repeat. */
public final class JdbcRoles {

    /** The passwords that the roles log in with. */
    public record Passwords(String owner, String app, String reader) {
        /** Never shows them. */
        @Override
        public String toString() {
            return "Passwords[…]";
        }
    }

    // Any number that no other lock of ours has. Two that alter a role at once would fail each other. It is of this
    // database: of two on the same server, whose roles are the same, one may fail.
    static final String LOCK = "SELECT pg_advisory_xact_lock(4901174505)";

    private final DataSource superuser;

    /** Works as the superuser that {@code superuser} logs in as, on the database that is to be the ledger's. */
    public JdbcRoles(DataSource superuser) {
        this.superuser = superuser;
    }

    /**
     * Makes the roles, or gives them these passwords, and makes the owner's role the owner of this database: all of it or
     * nothing. From several at once on one database, one after the other.
     */
    public void create(Passwords passwords) {
        new TransactionTemplate(new JdbcTransactionManager(superuser)).executeWithoutResult(status -> {
            JdbcClient jdbc = JdbcClient.create(superuser);
            jdbc.sql(LOCK).query((row, number) -> number).single();
            role(jdbc, LedgerDatabase.OWNER_ROLE, passwords.owner());
            role(jdbc, LedgerDatabase.APP_ROLE, passwords.app());
            role(jdbc, LedgerDatabase.READER_ROLE, passwords.reader());
            run(
                    jdbc,
                    "SELECT format('ALTER DATABASE %I OWNER TO %I', current_database(), CAST(:role AS text))",
                    LedgerDatabase.OWNER_ROLE);
            run(jdbc, "SELECT format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database())");
            run(
                    jdbc,
                    "SELECT format('GRANT CONNECT ON DATABASE %I TO aicredits_app, aicredits_reader',"
                            + " current_database())");
        });
    }

    private void role(JdbcClient jdbc, String name, String password) {
        boolean present = jdbc.sql("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = :name)")
                .param("name", name)
                .query(Boolean.class)
                .single();
        run(
                jdbc,
                "SELECT format('" + (present ? "ALTER" : "CREATE")
                        + " ROLE %I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE', CAST(:role AS text))",
                name);
        // The driver sends what proves the password, and not the password: a statement that fails is logged whole.
        new JdbcTemplate(superuser).execute((ConnectionCallback<Boolean>) connection -> {
            connection.unwrap(PGConnection.class).alterUserPassword(name, password.toCharArray(), null);
            return true;
        });
    }

    /** Runs the statement that {@code formatting} makes; PostgreSQL quotes, for DDL takes no parameters. */
    private static void run(JdbcClient jdbc, String formatting) {
        jdbc.sql(jdbc.sql(formatting).query(String.class).single()).update();
    }

    private static void run(JdbcClient jdbc, String formatting, String role) {
        jdbc.sql(jdbc.sql(formatting).param("role", role).query(String.class).single())
                .update();
    }
}
