package dev.aicredits.local;

import dev.aicredits.embedded.PostgresServer;
import dev.aicredits.schema.JdbcRoles;
import dev.aicredits.schema.LedgerDatabase;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/** The ledger's database on the embedded server, and how each role gets into it. */
final class LocalDatabase {
    private static final String NAME = "aicredits";
    private static final String STRIPE_NAME = "local_stripe";

    private final PostgresServer server;
    private final JdbcRoles.Passwords passwords;

    private LocalDatabase(PostgresServer server, JdbcRoles.Passwords passwords) {
        this.server = server;
        this.passwords = passwords;
    }

    /** Brings it to what this build ships; at the first start that is from nothing. */
    static LocalDatabase create(PostgresServer server, JdbcRoles.Passwords passwords) {
        LocalDatabase database = new LocalDatabase(server, passwords);
        new JdbcDatabases(server.superuserDataSource(server.superuser())).createIfAbsent(NAME);
        LedgerDatabase.create(
                server.superuserDataSource(NAME),
                passwords,
                database.dataSource(LedgerDatabase.OWNER_ROLE, passwords.owner()));
        return database;
    }

    /** As the owner of the schema, for what is set up before services start. */
    DataSource owner() {
        return dataSource(LedgerDatabase.OWNER_ROLE, passwords.owner());
    }

    String jdbcUrl() {
        return server.jdbcUrl(NAME);
    }

    String applicationPassword() {
        return passwords.app();
    }

    /** One connection as the application, to be closed by who asked: opening them costs more than most uses. */
    SingleConnectionDataSource applicationConnection() {
        SingleConnectionDataSource connection =
                new SingleConnectionDataSource(jdbcUrl(), LedgerDatabase.APP_ROLE, passwords.app(), true);
        connection.setAutoCommit(true);
        return connection;
    }

    /** The local Stripe's database, made if need be. It is none of the application's, which has no part in it. */
    DataSource localStripe() {
        new JdbcDatabases(server.superuserDataSource(server.superuser())).createIfAbsent(STRIPE_NAME);
        return server.superuserDataSource(STRIPE_NAME);
    }

    /** For people and tools, in the form that psql takes; it reads the views and nothing else. */
    String readerUrl() {
        return "postgresql://" + LedgerDatabase.READER_ROLE + ":" + passwords.reader() + "@" + server.host() + ":"
                + server.port() + "/" + NAME;
    }

    private DataSource dataSource(String role, String password) {
        PGSimpleDataSource dataSource = new PGSimpleDataSource();
        dataSource.setURL(jdbcUrl());
        dataSource.setUser(role);
        dataSource.setPassword(password);
        return dataSource;
    }
}
