package dev.aicredits.enforcer;

import dev.aicredits.budget.MonthWindow;
import dev.aicredits.enforcer.JdbcStandings.Standing;
import dev.aicredits.health.BackgroundWork;
import dev.aicredits.messaging.Failures;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Looks, every so often, at every organization of ours that is behind: for which no hint came, or that is new to us. When
 * the month turns at all of them, and at each of them once in a while.
 *
 * <p>Less often it looks at the others' that have changed. Who has them has looked already, unless it is dead and the
 * group has not noticed yet. The same thread tells alerts, which no stop is to wait for.
 */
final class Sweep implements SmartLifecycle, BackgroundWork {

    private static final Logger log = LoggerFactory.getLogger(Sweep.class);
    private static final String NAME = "budget-sweep";
    private static final int ORGANIZATIONS_MAX = 200;

    // Looking at organizations whole costs many times what following hints does. When much is behind, as while this
    // process can't keep up with the hints, it is not to take what is needed to keep up.
    private static final int PAUSE_PER_DURATION = 4;

    private final JdbcStandings standings;
    private final Margins margins;
    private final Progress progress;
    private final Progress ofOthers = new Progress();
    private final HintDelay delay;
    private final Ownership ownership;
    private final Enforcer enforcer;
    private final EnforcerMetrics metrics;
    private final EnforcerSettings settings;
    private final Clock clock;

    private @Nullable ScheduledExecutorService thread;
    private @Nullable Future<?> turns;
    private @Nullable MonthWindow window;
    private long wholeTurn;
    private Instant coveredAt = Instant.MIN;
    private volatile Instant doneAt = Instant.MIN;
    private long pauseUntilNanos = System.nanoTime();

    Sweep(
            JdbcStandings standings,
            Margins margins,
            Progress progress,
            HintDelay delay,
            Ownership ownership,
            Enforcer enforcer,
            EnforcerMetrics metrics,
            EnforcerSettings settings,
            Clock clock) {
        this.standings = standings;
        this.margins = margins;
        this.progress = progress;
        this.delay = delay;
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

    private void runUnlessPaused() {
        if (System.nanoTime() - pauseUntilNanos >= 0) {
            run();
        }
        repeatable("alerts", enforcer::tellAlerts);
    }

    private void run() {
        long startNanos = System.nanoTime();
        repeatable("a sweep", () -> {
            forgetWhenDue();
            List<Standing> all = standings.all();
            all.forEach(standing -> margins.budgetsAt(standing.organizationId(), standing.revision()));
            Map<Boolean, List<Standing>> byOwnership = all.stream()
                    .collect(Collectors.partitioningBy(standing -> ownership.owns(standing.organizationId())));
            catchUp(progress, Objects.requireNonNull(byOwnership.get(true)), delay.atPresent());
            if (isDue(coveredAt, settings.coverInterval())) {
                catchUp(ofOthers, Objects.requireNonNull(byOwnership.get(false)), Duration.ZERO);
                coveredAt = clock.instant();
            }
            doneAt = clock.instant();
        });
        long endNanos = System.nanoTime();
        pauseUntilNanos = endNanos + PAUSE_PER_DURATION * (endNanos - startNanos);
    }

    private void repeatable(String what, Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            metrics.failed();
            log.atWarn().log("{} failed and will be tried again: {}", what, Failures.describe(e));
        }
    }

    private void catchUp(Progress of, List<Standing> standings, Duration hintDelay) {
        List<Standing> behind = of.behind(standings, hintDelay, System.nanoTime());
        for (int from = 0; from < behind.size(); from += ORGANIZATIONS_MAX) {
            List<Standing> some = behind.subList(from, Math.min(behind.size(), from + ORGANIZATIONS_MAX));
            int found = enforcer.enforceAll(
                    some.stream().map(Standing::organizationId).toList());
            some.forEach(of::complete);
            metrics.swept(some.size(), found);
        }
    }

    /** Every organization is due once in each interval, some of them at each sweep. */
    private void forgetWhenDue() {
        MonthWindow month = MonthWindow.of(clock.instant());
        if (!month.equals(window)) {
            progress.forget(organization -> true);
            ofOthers.forget(organization -> true);
            window = month;
        }
        long turns = Math.max(
                1,
                settings.wholeSweepInterval().toMillis()
                        / settings.sweepInterval().toMillis());
        long turn = clock.millis() / settings.sweepInterval().toMillis();
        long due = Math.min(turns, turn - wholeTurn);
        Predicate<String> isDue = organization -> Math.floorMod(turn - organization.hashCode(), turns) < due;
        progress.forget(isDue);
        ofOthers.forget(isDue);
        wholeTurn = turn;
    }

    private boolean isDue(Instant last, Duration interval) {
        return !clock.instant().isBefore(last.plus(interval));
    }

    @Override
    public synchronized void start() {
        ScheduledExecutorService sweeper = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread named = new Thread(task, NAME);
            named.setDaemon(true);
            return named;
        });
        long intervalMs = settings.sweepInterval().toMillis();
        turns = sweeper.scheduleWithFixedDelay(this::runUnlessPaused, 0, intervalMs, TimeUnit.MILLISECONDS);
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

    @Override
    public String workName() {
        return NAME;
    }

    @Override
    public synchronized boolean goesOn() {
        return thread == null || turns == null || !turns.isDone();
    }
}
