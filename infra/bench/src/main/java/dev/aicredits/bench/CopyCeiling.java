package dev.aicredits.bench;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.util.FileSystemUtils;

/**
 * What the database can do at most: COPY of the very rows that a scenario booked, in their order, into a table with the
 * same columns, checks and indexes, one transaction for as many rows as the consumer takes in a batch. No Kafka, no
 * decoding, no balances.
 */
final class CopyCeiling {

    private static final int BATCH_ROWS = 20_000;
    private static final int BLOCK_ROWS_MAX = 64;

    private final BenchSystem system;
    private final int connections;

    CopyCeiling(BenchSystem system, int connections) {
        this.system = system;
        this.connections = connections;
    }

    /** Copies all of the ledger's entries: a table of the same size at the end, with the same checkpoints on the way. */
    Measurement run(String name, BenchLedger ledger) {
        Path folder = null;
        try {
            folder = Files.createTempDirectory("aicredits-ceiling");
            List<Path> batches = export(ledger, folder);
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
        } finally {
            deleteAll(folder);
        }
    }

    private static void deleteAll(@Nullable Path folder) {
        try {
            FileSystemUtils.deleteRecursively(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The rows as COPY data, a file a batch, in the order in which they lie in the table. */
    private static List<Path> export(BenchLedger ledger, Path folder) throws SQLException, IOException {
        List<Path> batches = new ArrayList<>();
        try (Connection connection = ledger.superuser().getConnection()) {
            long blocks = ledger.number("SELECT pg_relation_size('ledger_entry') / 8192");
            long perBatch = Math.max(1, BATCH_ROWS / BLOCK_ROWS_MAX);
            for (long block = 0; block < blocks; block += perBatch) {
                Path batch = folder.resolve(Long.toString(block));
                try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(batch), 65_536)) {
                    connection
                            .unwrap(PGConnection.class)
                            .getCopyAPI()
                            .copyOut(
                                    "COPY (SELECT * FROM ledger_entry WHERE ctid >= '(%d,0)' AND ctid < '(%d,0)') TO STDOUT (FORMAT binary)"
                                            .formatted(block, block + perBatch),
                                    out);
                }
                batches.add(batch);
            }
        }
        return batches;
    }

    private void copy(BenchLedger ledger, List<Path> batches) {
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

    private boolean copyEach(BenchLedger ledger, List<Path> batches, int first) throws SQLException, IOException {
        try (Connection connection = ledger.superuser().getConnection()) {
            for (int i = first; i < batches.size(); i += connections) {
                try (InputStream rows = Files.newInputStream(batches.get(i))) {
                    connection
                            .unwrap(PGConnection.class)
                            .getCopyAPI()
                            .copyIn("COPY ceiling FROM STDIN (FORMAT binary)", rows, 65_536);
                }
            }
        }
        return true;
    }
}
