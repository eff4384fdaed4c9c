package dev.aicredits.enforcer;

import dev.aicredits.budget.MonthWindow;
import dev.aicredits.enforcer.JdbcStandings.Standing;
import dev.aicredits.messaging.Failures;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Looks, every so often, at every organization of ours that is behind: for which no hint came, or that is new to us. When
 * the month turns, and once in a while, at all of them.
 */
final class Sweep implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(Sweep.class);
    private static final int ORGANIZATIONS_MAX = 200;

    private final JdbcStandings standings;
    private final Progress progress;
    private final Ownership ownership;
    private final Enforcer enforcer;
    private final EnforcerMetrics metrics;
    private final EnforcerSettings settings;
    private final Clock clock;

    private @Nullable ScheduledExecutorService thread;
    private @Nullable MonthWindow window;
    private Instant wholeAt = Instant.MIN;
    private volatile Instant doneAt = Instant.MIN;

    Sweep(
            JdbcStandings standings,
            Progress progress,
            Ownership ownership,
            Enforcer enforcer,
            EnforcerMetrics metrics,
            EnforcerSettings settings,
            Clock clock) {
        this.standings = standings;
        this.progress = progress;
        this.ownership = ownership;
        this.enforcer = enforcer;
        this.metrics = metrics;
        this.settings = settings;
        this.clock = clock;
    }

    /** When a sweep last came to its end; {@link Instant#MIN} before the first. */
    Instant doneAt() {
        return doneAt;
    }

    /** Sweeps once. For one thread. */
    void run() {
        try {
            forgetWhenDue();
            List<Standing> ours = standings.all().stream()
                    .filter(standing -> ownership.owns(standing.organizationId()))
                    .toList();
            List<Standing> behind = progress.behind(ours);
            for (int from = 0; from < behind.size(); from += ORGANIZATIONS_MAX) {
                enforce(behind.subList(from, Math.min(behind.size(), from + ORGANIZATIONS_MAX)));
            }
            enforcer.publishAlerts();
            doneAt = clock.instant();
        } catch (RuntimeException e) {
            metrics.failed();
            log.atWarn().log("a sweep failed and will be tried again: {}", Failures.describe(e));
        }
    }

    private void enforce(List<Standing> some) {
        int found =
                enforcer.enforceAll(some.stream().map(Standing::organizationId).toList());
        some.forEach(progress::complete);
        metrics.swept(some.size(), found);
    }

    private void forgetWhenDue() {
        Instant now = clock.instant();
        MonthWindow month = MonthWindow.of(now);
        boolean due = !month.equals(window) || !now.isBefore(wholeAt.plus(settings.wholeSweepInterval()));
        if (due) {
            progress.forget(organization -> true);
            wholeAt = now;
            window = month;
        }
    }

    @Override
    public synchronized void start() {
        ScheduledExecutorService sweeper = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread named = new Thread(task, "budget-sweep");
            named.setDaemon(true);
            return named;
        });
        long intervalMs = settings.sweepInterval().toMillis();
        var unused = sweeper.scheduleWithFixedDelay(this::run, 0, intervalMs, TimeUnit.MILLISECONDS);
        thread = sweeper;
    }

    /** Sweeps as soon as the one under way is done: partitions have come. */
    synchronized void soon() {
        if (thread != null && !thread.isShutdown()) {
            thread.execute(this::run);
        }
    }

    @Override
    public void stop() {
        ScheduledExecutorService sweeper;
        synchronized (this) {
            sweeper = thread;
            thread = null;
        }
        if (sweeper != null) {
            sweeper.shutdown();
            await(sweeper, settings.shutdownTimeout());
        }
    }

    private static void await(ScheduledExecutorService sweeper, Duration timeout) {
        try {
            if (!sweeper.awaitTermination(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                sweeper.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public synchronized boolean isRunning() {
        return thread != null;
    }
}
