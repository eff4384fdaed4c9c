package dev.aicredits.bench;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.postgresql.PGConnection;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * What the database can do at most: COPY of the very rows that a scenario booked, in their order, into a table with the
 * same columns, checks and indexes, on as many connections as the consumer has, one transaction for as many rows as the
 * consumer takes in a batch. No Kafka, no decoding, no balances.
 */
final class CopyCeiling {

    private static final int BATCH_ROWS = 10_000;
    private static final int BLOCK_ROWS_MAX = 64;

    private final BenchSystem system;
    private final int connections;

    CopyCeiling(BenchSystem system, int connections) {
        this.system = system;
        this.connections = connections;
    }

    /** Copies up to {@code rows} of the ledger's entries. */
    Measurement run(String name, BenchLedger ledger, long rows) {
        try {
            List<byte[]> batches = export(ledger, rows);
            JdbcClient jdbc = JdbcClient.create(ledger.superuser());
            jdbc.sql("CREATE TABLE ceiling (LIKE ledger_entry INCLUDING ALL)").update();
            system.checkpoint();
            long walBefore = system.walBytes();
            CpuSeconds cpuBefore = system.cpuSeconds();
            long start = System.nanoTime();
            copy(ledger, batches);
            double seconds = (System.nanoTime() - start) / 1e9;
            CpuSeconds cpu = system.cpuSeconds().minus(cpuBefore);
            long copied = ledger.number("SELECT count(*) FROM ceiling");
            Measurement measurement = new Measurement(
                    name,
                    copied,
                    copied / seconds,
                    null,
                    (double) (system.walBytes() - walBefore) / copied,
                    (double) ledger.number("SELECT pg_total_relation_size('ceiling')") / copied,
                    null,
                    null,
                    null,
                    "CPU µs: " + cpu.perEvent(copied));
            jdbc.sql("DROP TABLE ceiling").update();
            return measurement;
        } catch (SQLException | IOException e) {
            throw new IllegalStateException("the ceiling could not be measured", e);
        }
    }

    /** The rows as COPY data, a batch a time, in the order in which they lie in the table. */
    private static List<byte[]> export(BenchLedger ledger, long rows) throws SQLException, IOException {
        List<byte[]> batches = new ArrayList<>();
        try (Connection connection = ledger.superuser().getConnection()) {
            long blocks = ledger.number("SELECT pg_relation_size('ledger_entry') / 8192");
            long perBatch = Math.max(1, BATCH_ROWS / BLOCK_ROWS_MAX);
            for (long block = 0; block < blocks && batches.size() * (long) BATCH_ROWS < rows; block += perBatch) {
                ByteArrayOutputStream out = new ByteArrayOutputStream(BATCH_ROWS * 256);
                connection
                        .unwrap(PGConnection.class)
                        .getCopyAPI()
                        .copyOut(
                                "COPY (SELECT * FROM ledger_entry WHERE ctid >= '(%d,0)' AND ctid < '(%d,0)') TO STDOUT (FORMAT binary)"
                                        .formatted(block, block + perBatch),
                                out);
                batches.add(out.toByteArray());
            }
        }
        return batches;
    }

    private void copy(BenchLedger ledger, List<byte[]> batches) {
        ExecutorService threads = Executors.newFixedThreadPool(connections);
        try {
            List<Future<?>> parts = new ArrayList<>();
            for (int part = 0; part < connections; part++) {
                int first = part;
                parts.add(threads.submit(() -> copyEach(ledger, batches, first)));
            }
            for (Future<?> part : parts) {
                part.get();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("a copy failed", e);
        } finally {
            threads.shutdown();
        }
    }

    private boolean copyEach(BenchLedger ledger, List<byte[]> batches, int first) throws SQLException, IOException {
        try (Connection connection = ledger.superuser().getConnection()) {
            for (int i = first; i < batches.size(); i += connections) {
                connection
                        .unwrap(PGConnection.class)
                        .getCopyAPI()
                        .copyIn(
                                "COPY ceiling FROM STDIN (FORMAT binary)",
                                new ByteArrayInputStream(batches.get(i)),
                                65_536);
            }
        }
        return true;
    }
}
