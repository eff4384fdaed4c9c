package dev.aicredits.local;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.aicredits.schema.JdbcRoles;
import dev.aicredits.schema.LedgerDatabase;
import java.nio.file.Path;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which ledger a tool works on, and where its archive is. */
final class LedgerOptions {
    private static final int CONNECTIONS_MAX = 3;
    private static final long CONNECT_TIMEOUT_MS = 5_000;
    private static final String PASSWORD = "AICREDITS_DATABASE_PASSWORD";

    @Option(
            names = "--data",
            paramLabel = "<folder>",
            description = "The data folder that infra/up was started with (default: infra/.data of this checkout).")
    private Path data = Installation.defaultDataFolder();

    @Option(
            names = "--database",
            paramLabel = "<url>",
            description =
                    "Another ledger, as jdbc:postgresql://host:port/name. The password of the role that this tool takes"
                            + " is read from $" + PASSWORD + ".")
    private @Nullable String database;

    @Option(
            names = "--folder",
            paramLabel = "<folder>",
            description = "Where the archive is (default: archive in the data folder).")
    private @Nullable Path folder;

    /** Logs in as the role that services run as. */
    DataSource app() {
        return as(LedgerDatabase.APP_ROLE);
    }

    /** Logs in as the owner of the schema. */
    DataSource owner() {
        return as(LedgerDatabase.OWNER_ROLE);
    }

    Path archive() {
        return folder == null ? data.resolve("archive") : folder;
    }

    /** A few connections: opening one for each statement would cost more than most of these. They end with the process. */
    private DataSource as(String role) {
        HikariConfig pool = new HikariConfig();
        pool.setMaximumPoolSize(CONNECTIONS_MAX);
        pool.setConnectionTimeout(CONNECT_TIMEOUT_MS);
        pool.setUsername(role);
        // A restore inserts as many rows as a month has.
        pool.addDataSourceProperty("reWriteBatchedInserts", "true");
        if (database != null) {
            pool.setJdbcUrl(database);
            pool.setPassword(System.getenv().getOrDefault(PASSWORD, ""));
        } else {
            JdbcRoles.Passwords passwords = Credentials.read(data);
            pool.setJdbcUrl(DemoEnv.jdbcUrl(data));
            pool.setPassword(role.equals(LedgerDatabase.OWNER_ROLE) ? passwords.owner() : passwords.app());
        }
        // Says at the first use that nobody answers, as a plain connection would.
        pool.setInitializationFailTimeout(-1);
        return new HikariDataSource(pool);
    }
}
