package dev.aicredits.checkout;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.event.AbstractSchedulerListener;
import com.github.kagkarlsson.scheduler.logging.LogLevel;
import com.github.kagkarlsson.scheduler.task.helper.RecurringTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.github.kagkarlsson.scheduler.task.schedule.FixedDelay;
import dev.aicredits.checkout.CheckoutMetrics.Sweep;
import java.time.Clock;
import java.time.Duration;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Runs the sweeps when they are due: on one instance at a time, wherever that is, and on another if that one died. When
 * they ran last is in the database and survives a restart.
 */
final class Sweeps implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(Sweeps.class);
    private static final String OPEN_SESSIONS = "checkout-open-sessions";
    private static final String PLAN_ORDERS = "checkout-plan-orders";
    private static final String UNDELIVERED_EVENTS = "checkout-undelivered-events";
    private static final Duration HEARTBEAT = Duration.ofSeconds(15);
    private static final int THREADS = 2;

    /** The scheduler keeps text, never null: from the newest on. */
    private static final String FROM_THE_NEWEST = "";

    private final Scheduler scheduler;
    private boolean running;

    Sweeps(
            DataSource dataSource,
            OpenSessionSweep openSessions,
            PlanSweep planOrders,
            UndeliveredEventSweep undeliveredEvents,
            CheckoutMetrics metrics,
            CheckoutSettings settings,
            Clock clock) {
        RecurringTask<Void> open = Tasks.recurring(OPEN_SESSIONS, FixedDelay.of(settings.openInterval()))
                .execute((instance, context) -> metrics.sweep(Sweep.OPEN_SESSIONS, openSessions::run));
        RecurringTask<Void> plans = Tasks.recurring(PLAN_ORDERS, FixedDelay.of(settings.openInterval()))
                .execute((instance, context) -> metrics.sweep(Sweep.PLAN_ORDERS, planOrders::run));
        RecurringTask<String> undelivered = Tasks.recurring(
                        UNDELIVERED_EVENTS, FixedDelay.of(settings.undeliveredInterval()), String.class)
                .initialData(FROM_THE_NEWEST)
                .executeStateful((instance, context) -> {
                    String after = instance.getData();
                    String next = metrics.sweep(
                            Sweep.UNDELIVERED_EVENTS,
                            () -> undeliveredEvents.run(FROM_THE_NEWEST.equals(after) ? null : after));
                    return next == null ? FROM_THE_NEWEST : next;
                });
        this.scheduler = Scheduler.create(dataSource)
                .startTasks(open, plans, undelivered)
                .threads(THREADS)
                .pollingInterval(settings.sweepPoll())
                .heartbeatInterval(HEARTBEAT)
                .shutdownMaxWait(settings.shutdownTimeout())
                .alwaysPersistTimestampInUTC()
                .failureLogging(LogLevel.WARN, false)
                .addSchedulerListener(new LookFailures())
                .clock(clock::instant)
                .build();
    }

    /**
     * Tells in a line that the scheduler could not look what is due, each time. Its own is a stack trace each few seconds while the
     * database is away, and {@code logging.level} leaves it out.
     */
    static final class LookFailures extends AbstractSchedulerListener {

        @Override
        public void onSchedulerEvent(SchedulerEventType event) {
            if (event == SchedulerEventType.UNEXPECTED_ERROR) {
                log.atWarn().log("what sweeps are due could not be read or noted; it will be tried again");
            }
        }
    }

    @Override
    public void start() {
        scheduler.start();
        running = true;
    }

    @Override
    public void stop() {
        scheduler.stop();
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
