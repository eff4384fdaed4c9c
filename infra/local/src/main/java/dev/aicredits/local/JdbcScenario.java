package dev.aicredits.local;

import dev.aicredits.embedded.StartupFailure;
import dev.aicredits.money.Usd;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/** What a scenario tells of one organization: its balance, its entries and its incident. */
final class JdbcScenario implements AutoCloseable {

    /** How quickly a stop was obeyed, and what was debited until then. */
    private record Obeyed(
            long millis,
            @Nullable Long overshootEntries,
            @Nullable Long overshootNanos) {
        @Override
        public String toString() {
            return millis + " ms after its decision; overshoot "
                    + Usd.ofNanos(overshootNanos == null ? 0 : overshootNanos) + " USD in "
                    + (overshootEntries == null ? 0 : overshootEntries) + " events";
        }
    }

    private static final long LOOK_AGAIN_MILLIS = 20;

    private static final String OBEYED = """
            SELECT (extract(epoch FROM stop_acknowledged_at - stopped_at) * 1000)::bigint AS millis, overshoot_entries,
                   overshoot_nanos
              FROM incident_statement
             WHERE organization_id = :organization AND scope = 'organization' AND version = :version
               AND stop_acknowledged_at IS NOT NULL
            """;

    private final SingleConnectionDataSource connection;
    private final JdbcClient jdbc;
    private final JdbcBalance balance;
    private final String organizationId;

    private JdbcScenario(SingleConnectionDataSource connection, String organizationId) {
        this.connection = connection;
        this.jdbc = JdbcClient.create(connection);
        this.balance = new JdbcBalance(connection, organizationId);
        this.organizationId = organizationId;
    }

    static JdbcScenario open(LocalDatabase database, String organizationId) {
        return new JdbcScenario(database.applicationConnection(), organizationId);
    }

    Usd balance() {
        return balance.read();
    }

    long entries() {
        return jdbc.sql("SELECT entry_seq FROM organization_statement WHERE organization_id = :organization")
                .param("organization", organizationId)
                .query(Long.class)
                .single();
    }

    /** Waits for the incident of a stop of the organization to be acknowledged, and says how that went. */
    String awaitAcknowledgement(long version, Duration max) throws InterruptedException {
        return await(max, "no acknowledgement", () -> jdbc.sql(OBEYED)
                        .param("organization", organizationId)
                        .param("version", version)
                        .query(Obeyed.class)
                        .optional())
                .toString();
    }

    void awaitEntriesAfter(long entrySeq, Duration max) throws InterruptedException {
        await(max, "no debit", () -> Optional.of(entries()).filter(now -> now > entrySeq));
    }

    private static <T> T await(Duration max, String otherwise, Supplier<Optional<T>> look) throws InterruptedException {
        long deadline = System.nanoTime() + max.toNanos();
        while (System.nanoTime() < deadline) {
            Optional<T> seen = look.get();
            if (seen.isPresent()) {
                return seen.get();
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MILLIS);
        }
        throw new StartupFailure(otherwise + " came within " + max.toSeconds() + " s");
    }

    @Override
    public void close() {
        connection.destroy();
    }
}
