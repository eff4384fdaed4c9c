package dev.aicredits.health;

import dev.aicredits.messaging.Failures;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at something again and again, or does something, on a thread of its own. A look that fails is repeated, and said once a
 * minute at most.
 */
public final class Watch implements AutoCloseable, BackgroundWork {

    private static final Logger log = LoggerFactory.getLogger(Watch.class);

    /** Of a look that takes long, a tenth of the time at most. */
    private static final int PAUSE_PER_DURATION = 9;

    private static final Duration SAID_EVERY = Duration.ofMinutes(1);

    private final String name;
    private final Duration interval;
    private final int pausePerDuration;
    private final Runnable look;
    private final @Nullable ScheduledExecutorService thread;
    /** Of the watch's own thread. */
    private long saidNanos = System.nanoTime() - SAID_EVERY.toNanos();

    private volatile boolean isEnded;

    private Watch(
            String name,
            Duration interval,
            int pausePerDuration,
            Runnable look,
            @Nullable ScheduledExecutorService thread) {
        this.name = name;
        this.interval = interval;
        this.pausePerDuration = pausePerDuration;
        this.look = look;
        this.thread = thread;
    }

    /** Looks at once, and then so long after each look, or nine times as long as it took if that is more. */
    public static Watch sparing(String name, Duration interval, Runnable look) {
        return start(name, interval, PAUSE_PER_DURATION, look);
    }

    /** Looks at once, and then so long after each look, however long it took. */
    public static Watch steady(String name, Duration interval, Runnable look) {
        return start(name, interval, 0, look);
    }

    private static Watch start(String name, Duration interval, int pausePerDuration, Runnable look) {
        ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread named = new Thread(task, name);
            named.setDaemon(true);
            return named;
        });
        Watch watch = new Watch(name, interval, pausePerDuration, look, thread);
        watch.next(thread, Duration.ZERO);
        return watch;
    }

    /** Looks at nothing. */
    public static Watch none() {
        return new Watch("none", Duration.ZERO, 0, () -> {}, null);
    }

    private void next(ScheduledExecutorService on, Duration wait) {
        try {
            var unused = on.schedule(() -> lookAndGoOn(on), wait.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            log.atDebug().addKeyValue("watch", name).log("closed while it looked");
        }
    }

    private void lookAndGoOn(ScheduledExecutorService on) {
        long startNanos = System.nanoTime();
        try {
            look.run();
        } catch (RuntimeException e) {
            say(e);
        } catch (Error e) {
            isEnded = true;
            log.atError()
                    .addKeyValue("watch", name)
                    .addKeyValue("cause", e.getClass().getSimpleName())
                    .log("a watch has ended; only a restart brings it back");
            throw e;
        }
        Duration pause = Duration.ofNanos(pausePerDuration * (System.nanoTime() - startNanos));
        next(on, pause.compareTo(interval) > 0 ? pause : interval);
    }

    private void say(RuntimeException failure) {
        long now = System.nanoTime();
        if (now - saidNanos < SAID_EVERY.toNanos()) {
            return;
        }
        saidNanos = now;
        log.atWarn()
                .addKeyValue("watch", name)
                .addKeyValue("cause", Failures.describe(failure))
                .log("a look in the background failed; it will be repeated");
    }

    @Override
    public String workName() {
        return name;
    }

    @Override
    public boolean goesOn() {
        return !isEnded;
    }

    @Override
    public void close() {
        if (thread != null) {
            thread.shutdownNow();
        }
    }
}
