package dev.aicredits.schema;

import java.sql.Connection;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

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

    private final DataSource superuser;

    /** Works as the superuser that {@code superuser} logs in as, on the database that is to be the ledger's. */
    public JdbcRoles(DataSource superuser) {
        this.superuser = superuser;
    }

    /** Makes the roles, or gives them these passwords, and makes the owner's role the owner of this database. */
    public void create(Passwords passwords) {
        // To connect takes longer than any of these, and superusers are seldom pooled.
        Connection connection = DataSourceUtils.getConnection(superuser);
        try {
            create(JdbcClient.create(new SingleConnectionDataSource(connection, true)), passwords);
        } finally {
            DataSourceUtils.releaseConnection(connection, superuser);
        }
    }

    private static void create(JdbcClient jdbc, Passwords passwords) {
        role(jdbc, LedgerDatabase.OWNER_ROLE, passwords.owner());
        role(jdbc, LedgerDatabase.APP_ROLE, passwords.app());
        role(jdbc, LedgerDatabase.READER_ROLE, passwords.reader());
        run(
                jdbc,
                "SELECT format('ALTER DATABASE %I OWNER TO %I', current_database(), CAST(:role AS text))",
                "role",
                LedgerDatabase.OWNER_ROLE);
        run(jdbc, "SELECT format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database())");
        run(
                jdbc,
                "SELECT format('GRANT CONNECT ON DATABASE %I TO aicredits_app, aicredits_reader', current_database())");
    }

    private static void role(JdbcClient jdbc, String name, String password) {
        boolean present = jdbc.sql("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = :name)")
                .param("name", name)
                .query(Boolean.class)
                .single();
        run(
                jdbc,
                "SELECT format('" + (present ? "ALTER" : "CREATE")
                        + " ROLE %I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD %L',"
                        + " CAST(:name AS text), CAST(:password AS text))",
                "name",
                name,
                "password",
                password);
    }

    /** Runs the statement that {@code formatting} makes; PostgreSQL quotes, for DDL takes no parameters. */
    private static void run(JdbcClient jdbc, String formatting, String... namesAndValues) {
        JdbcClient.StatementSpec spec = jdbc.sql(formatting);
        for (int i = 0; i < namesAndValues.length; i += 2) {
            spec = spec.param(namesAndValues[i], namesAndValues[i + 1]);
        }
        jdbc.sql(spec.query(String.class).single()).update();
    }
}
