package dev.aicredits.embedded;

import dev.aicredits.embedded.PostgresBinaries.Outcome;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A PostgreSQL server on loopback that this JVM started and alone uses.
 *
 * <ul>
 *   <li>Durable: what was committed survives SIGKILL of the server, of this JVM, and a power cut.
 *   <li>One owner: a second start on the same folder fails while the first one's JVM lives. A server whose JVM has died
 *       is stopped and started anew with the settings of this start.
 *   <li>Nobody is trusted: every connection needs scram-sha-256 with a password.
 * </ul>
 */
public final class PostgresServer implements AutoCloseable {
    private static final String START_SECONDS_MAX = "600";
    private static final int FREE_PORT_ATTEMPTS = 3;

    private final DataFolder folder;
    private final Postmaster postmaster;
    private final int port;
    private final long pid;
    private final String password;
    private final AtomicBoolean closed = new AtomicBoolean();

    private PostgresServer(DataFolder folder, Postmaster postmaster, int port, long pid, String password) {
        this.folder = folder;
        this.postmaster = postmaster;
        this.port = port;
        this.pid = pid;
        this.password = password;
    }

    /**
     * Starts a server, creating its database cluster if the folder has none, and returns once it takes connections.
     *
     * @throws StartupFailure if the port or the folder is in use, the disk is full, or the server refuses to start
     */
    public static PostgresServer start(PostgresSettings settings) {
        DataFolder folder = DataFolder.open(settings.directory(), settings.freeBytesMin());
        try {
            return start(settings, folder);
        } catch (IOException e) {
            folder.close();
            throw StartupFailure.of(settings.directory(), e);
        } catch (RuntimeException e) {
            folder.close();
            throw e;
        }
    }

    /** The folder of the programs that this module brings, in the user's cache; unpacks them if this user never did. */
    public static Path programs(Path directory) {
        return PostgresBinaries.unpacked(directory).home();
    }

    /** Stops the server that a JVM which was killed left running on {@code directory}, if there is one. */
    public static void stopLeftover(Path directory) {
        try (DataFolder folder = DataFolder.open(directory, 0)) {
            new Postmaster(new PostgresCluster(folder.path()).dataDirectory()).stop();
        }
    }

    private static PostgresServer start(PostgresSettings settings, DataFolder folder) throws IOException {
        PostgresCluster cluster = new PostgresCluster(folder.path());
        Postmaster postmaster = new Postmaster(cluster.dataDirectory());
        postmaster.stop();
        if (settings.port() != 0) {
            Ports.requireFree(settings.port(), settings.portOption());
        }
        PostgresBinaries binaries = settings.installation() == null
                ? PostgresBinaries.unpacked(folder.path())
                : PostgresBinaries.installed(settings.installation());
        cluster.createIfAbsent(binaries);
        int port = launch(settings, cluster, binaries);
        long pid = postmaster
                .runningPid()
                .orElseThrow(() -> PostgresFailure.of(folder.path(), PostgresFailure.read(cluster.log())));
        return new PostgresServer(folder, postmaster, port, pid, cluster.password());
    }

    private static int launch(PostgresSettings settings, PostgresCluster cluster, PostgresBinaries binaries)
            throws IOException {
        int majorVersion = binaries.majorVersion(settings.directory());
        for (int attempt = 1; ; attempt++) {
            int port = settings.port() != 0 ? settings.port() : Ports.free();
            cluster.configure(port, majorVersion, settings.serverSettings());
            cluster.rotateLog();
            Outcome outcome = binaries.run(
                    settings.directory(),
                    "pg_ctl",
                    List.of(
                            "start",
                            "--pgdata=" + cluster.dataDirectory(),
                            "--log=" + cluster.log(),
                            "--wait",
                            "--timeout=" + START_SECONDS_MAX));
            if (outcome.succeeded()) {
                return port;
            }
            String output = outcome.output() + PostgresFailure.read(cluster.log());
            if (!PostgresFailure.isPortInUse(output)) {
                throw PostgresFailure.of(settings.directory(), output);
            }
            if (settings.port() != 0 || attempt == FREE_PORT_ATTEMPTS) {
                throw StartupFailure.portInUse(port, settings.portOption());
            }
        }
    }

    public String host() {
        return Ports.LOOPBACK;
    }

    public int port() {
        return port;
    }

    /** The process id of the postmaster. */
    public long pid() {
        return pid;
    }

    public String superuser() {
        return PostgresCluster.SUPERUSER;
    }

    public String superuserPassword() {
        return password;
    }

    /** The JDBC URL of {@code database}, without credentials. */
    public String jdbcUrl(String database) {
        return "jdbc:postgresql://" + host() + ":" + port + "/" + database;
    }

    /** Unpooled connections to {@code database} as superuser. */
    public DataSource superuserDataSource(String database) {
        PGSimpleDataSource dataSource = new PGSimpleDataSource();
        dataSource.setURL(jdbcUrl(database));
        dataSource.setUser(superuser());
        dataSource.setPassword(password);
        return dataSource;
    }

    /** SIGKILL to the server and all of its processes, for tests of what survives that. Close and start anew after it. */
    public void kill() {
        postmaster.kill();
    }

    /** Fast shutdown: open transactions are rolled back. Returns when no process is left, usually within a second. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            try {
                postmaster.stop();
            } finally {
                folder.close();
            }
        }
    }
}
