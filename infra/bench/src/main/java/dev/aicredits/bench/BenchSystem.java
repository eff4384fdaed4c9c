package dev.aicredits.bench;

import dev.aicredits.embedded.JvmProcess;
import dev.aicredits.embedded.KafkaBrokerMain;
import dev.aicredits.embedded.PostgresServer;
import dev.aicredits.embedded.PostgresSettings;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A broker in its own JVM and a durable PostgreSQL, each a process whose CPU can be told from the others'. */
final class BenchSystem implements AutoCloseable {

    private final Clock clock;
    private final PostgresServer postgres;
    private final JvmProcess broker;
    private final String bootstrapServers;
    private final String password;
    private int ledgers;

    private BenchSystem(Clock clock, PostgresServer postgres, JvmProcess broker, String bootstrapServers) {
        this.clock = clock;
        this.postgres = postgres;
        this.broker = broker;
        this.bootstrapServers = bootstrapServers;
        byte[] random = new byte[16];
        new SecureRandom().nextBytes(random);
        this.password = HexFormat.of().formatHex(random);
    }

    /**
     * Starts both.
     *
     * @param clock that the load generators go by; latencies compare it with the database's
     * @param installation of PostgreSQL; null for the embedded one
     * @param serverSettings of PostgreSQL, before the embedded server's own
     */
    static BenchSystem start(
            Clock clock, Path directory, @Nullable Path installation, Map<String, String> serverSettings) {
        PostgresSettings settings = PostgresSettings.in(directory.resolve("postgres"))
                // When each transaction was committed, so that latency is measured by the database and not by us.
                .withServerSetting("track_commit_timestamp", "on")
                // What a database of ten million entries would be given; the embedded one starts with little.
                .withServerSetting("shared_buffers", "2GB")
                // So that checkpoints come by time: each is followed by whole pages in the log.
                .withServerSetting("max_wal_size", "16GB")
                // Once the tables are larger than shared_buffers, a page is read where another was: so that this one
                // was written
                // already, and no transaction waits for it.
                .withServerSetting("bgwriter_delay", "20ms")
                .withServerSetting("bgwriter_lru_maxpages", "1000");
        for (Map.Entry<String, String> setting : serverSettings.entrySet()) {
            settings = settings.withServerSetting(setting.getKey(), setting.getValue());
        }
        PostgresServer postgres =
                PostgresServer.start(installation == null ? settings : settings.withInstallation(installation));
        JvmProcess broker = JvmProcess.start(
                KafkaBrokerMain.class,
                List.of("-Xmx1g"),
                List.of(directory.resolve("kafka").toString(), "0"),
                line -> line.startsWith(KafkaBrokerMain.READY));
        return new BenchSystem(clock, postgres, broker, broker.readyLine().substring(KafkaBrokerMain.READY.length()));
    }

    /** A fresh ledger with its own database and topics, whose organizations exist. */
    BenchLedger ledger(Workload workload) {
        return BenchLedger.create(postgres, bootstrapServers, password, "bench" + ++ledgers, workload);
    }

    Clock clock() {
        return clock;
    }

    String bootstrapServers() {
        return bootstrapServers;
    }

    Admin admin() {
        return Admin.create(Map.of("bootstrap.servers", bootstrapServers));
    }

    /** What broker and database have used so far; of no consumer. */
    CpuSeconds cpuSeconds() {
        return new CpuSeconds(0, Cpu.seconds(broker.pid()), Cpu.seconds(postgres.pid()));
    }

    /** Bytes of write-ahead log written so far. */
    long walBytes() {
        return JdbcClient.create(postgres.superuserDataSource("postgres"))
                .sql("SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint")
                .query(Long.class)
                .single();
    }

    /** Writes out what is dirty, so that one scenario does not pay for another's checkpoint. */
    void checkpoint() {
        JdbcClient.create(postgres.superuserDataSource("postgres"))
                .sql("CHECKPOINT")
                .update();
    }

    @Override
    public void close() {
        broker.close();
        postgres.close();
    }
}
