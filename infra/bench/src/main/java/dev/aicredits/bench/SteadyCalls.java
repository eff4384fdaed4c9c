package dev.aicredits.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/**
 * Calls over HTTP at a steady rate, whatever became of those before. Latency is from when a call was due: one that had to wait for
 * its turn counts the wait.
 */
final class SteadyCalls {

    /** One call. */
    interface Call {

        /**
         * Sends it and checks its answer.
         *
         * @param http a connection of this thread's
         * @param number of the call, from 0
         * @param due when
         */
        void send(PlainHttp http, int number, Instant due) throws IOException;
    }

    private final int perSecond;
    private final int port;
    private final String header;
    private final Call call;
    private final long startNanos = System.nanoTime();
    private final Instant start;

    private SteadyCalls(Clock clock, int perSecond, int port, String header, Call call) {
        this.start = clock.instant();
        this.perSecond = perSecond;
        this.port = port;
        this.header = header;
        this.call = call;
    }

    /**
     * Makes {@code calls} of them from {@code clients} connections in turn; returns the milliseconds of each.
     *
     * @param header that each request has, as a line
     */
    static double[] millis(Clock clock, int perSecond, int calls, int clients, int port, String header, Call call) {
        ExecutorService threads = Executors.newFixedThreadPool(clients);
        try {
            SteadyCalls steady = new SteadyCalls(clock, perSecond, port, header, call);
            double[] millis = new double[calls];
            List<CompletableFuture<Void>> ends = IntStream.range(0, clients)
                    .mapToObj(client ->
                            CompletableFuture.runAsync(() -> steady.everyNth(client, clients, millis), threads))
                    .toList();
            ends.forEach(CompletableFuture::join);
            return millis;
        } finally {
            threads.shutdown();
        }
    }

    private void everyNth(int first, int step, double[] millis) {
        try (PlainHttp http = new PlainHttp(port, header)) {
            for (int number = first; number < millis.length; number += step) {
                long afterNanos = number * 1_000_000_000L / perSecond;
                while (System.nanoTime() - startNanos < afterNanos) {
                    LockSupport.parkNanos(afterNanos - (System.nanoTime() - startNanos));
                }
                call.send(http, number, start.plusNanos(afterNanos));
                millis[number] = (System.nanoTime() - startNanos - afterNanos) / 1e6;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
