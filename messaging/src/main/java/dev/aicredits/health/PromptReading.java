package dev.aicredits.health;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What metrics read from elsewhere when they are asked for. Who asks is not kept waiting while it does not answer, as all other
 * metrics of the process come with it, and are needed just then: of the metrics that share a reading, one waits. Threads may
 * share it.
 */
public final class PromptReading<T> {

    private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long KEPT_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final String name;
    private final Supplier<T> read;
    private @Nullable CompletableFuture<T> last;
    private long begunNanos;

    /** Reads by {@code read}, once a second at most and one at a time, on threads that are called {@code name}. */
    public PromptReading(String name, Supplier<T> read) {
        this.name = name;
        this.read = read;
    }

    /** What was read, a second ago at most; null if that failed or takes longer than half a second since it was begun. */
    public synchronized @Nullable T get() {
        CompletableFuture<T> reading = last;
        if (reading == null || (reading.isDone() && System.nanoTime() - begunNanos >= KEPT_NANOS)) {
            begunNanos = System.nanoTime();
            reading = CompletableFuture.supplyAsync(read, this::start);
            last = reading;
        }
        try {
            long leftNanos = PATIENCE_NANOS - (System.nanoTime() - begunNanos);
            return reading.get(Math.max(0, leftNanos), TimeUnit.NANOSECONDS);
        } catch (TimeoutException | ExecutionException e) {
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }

    private void start(Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }
}
