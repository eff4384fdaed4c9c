package dev.aicredits.local;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * The parts that run, and the one place that stops them: each before what it stands on.
 *
 * <p>A stop that comes while parts are being started waits for them and stops them too, so that no server is left.
 */
final class Running implements AutoCloseable {
    /** What runs, from the bottom up. */
    enum Part {
        DATA_FOLDER("data folder"),
        DATABASE("PostgreSQL"),
        BROKER("Kafka"),
        STRIPE("local Stripe"),
        SERVICES("services"),
        STATUS("status line"),
        PLATFORM("simulated platform's ear for stops"),
        TRAFFIC("traffic"),
        SCENARIO_TRAFFIC("scenario's traffic");

        private final String title;

        Part(String title) {
            this.title = title;
        }
    }

    /** Nothing new is started any more. */
    static final class StoppingException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        StoppingException() {
            super("stopping");
        }
    }

    private static final Duration START_MAX = Duration.ofSeconds(20);
    private static final Duration STOP_MAX = Duration.ofSeconds(8);

    private final Terminal terminal;
    private final Map<Part, AutoCloseable> parts = new EnumMap<>(Part.class);
    private int starting;
    private boolean stopping;
    private boolean stopped;

    Running(Terminal terminal) {
        this.terminal = terminal;
    }

    /**
     * Starts a part and remembers to stop it.
     *
     * @throws StoppingException if it is too late
     */
    <T extends AutoCloseable> T start(Part part, Supplier<T> starter) {
        synchronized (this) {
            if (stopping) {
                throw new StoppingException();
            }
            starting++;
        }
        T started = null;
        try {
            started = starter.get();
            return started;
        } finally {
            startEnded(part, started);
        }
    }

    private synchronized void startEnded(Part part, @Nullable AutoCloseable started) {
        starting--;
        if (started != null) {
            parts.put(part, started);
        }
        notifyAll();
    }

    /** Stops everything; returns when all is down, whoever called first. */
    @Override
    public void close() {
        synchronized (this) {
            if (stopping) {
                await(() -> stopped, START_MAX);
                return;
            }
            stopping = true;
            await(() -> starting == 0, START_MAX);
        }
        stopAll();
        synchronized (this) {
            stopped = true;
            notifyAll();
        }
    }

    private void stopAll() {
        Part[] all = Part.values();
        boolean servers = parts.size() > 1;
        for (int i = all.length - 1; i >= 0; i--) {
            AutoCloseable part;
            synchronized (this) {
                part = parts.get(all[i]);
            }
            if (part != null) {
                stop(all[i], part);
            }
        }
        if (servers) {
            terminal.step("all stopped");
        }
    }

    private void stop(Part part, AutoCloseable running) {
        terminal.status("");
        if (part != Part.DATA_FOLDER && part != Part.STATUS) {
            terminal.step("stopping " + part.title);
        }
        // On a thread of its own: a broker whose disk is full may never return, and the database must be stopped then
        // too.
        Thread stopper = new Thread(() -> close(part, running), "stop-" + part.title);
        stopper.setDaemon(true);
        stopper.start();
        try {
            stopper.join(STOP_MAX.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (stopper.isAlive()) {
            terminal.step(part.title + " does not stop within " + STOP_MAX.toSeconds() + " s: going on without it");
        }
    }

    private static void close(Part part, AutoCloseable running) {
        try {
            running.close();
        } catch (Exception e) {
            // No constant: this class is there before the log is set up.
            LoggerFactory.getLogger(Running.class).error("could not stop {}", part.title, e);
        }
    }

    private void await(Supplier<Boolean> condition, Duration max) {
        long deadline = System.nanoTime() + max.toNanos();
        boolean interrupted = false;
        for (long left = max.toMillis(); !condition.get() && left > 0; ) {
            try {
                wait(left);
            } catch (InterruptedException e) {
                interrupted = true;
            }
            left = Duration.ofNanos(deadline - System.nanoTime()).toMillis();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
