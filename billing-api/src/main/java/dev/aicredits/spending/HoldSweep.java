package dev.aicredits.spending;

import dev.aicredits.health.BackgroundWork;
import dev.aicredits.hold.Holds;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.NestedExceptionUtils;

/** Marks, now and then, the holds whose time is over. Nothing depends on it but what people see in the tables. */
final class HoldSweep implements AutoCloseable, BackgroundWork {

    private static final Logger log = LoggerFactory.getLogger(HoldSweep.class);

    private static final String NAME = "hold-sweep";

    private final Holds holds;
    private final ScheduledExecutorService timer;
    private final ScheduledFuture<?> sweeps;

    HoldSweep(Holds holds, Duration interval) {
        this.holds = holds;
        this.timer = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, NAME);
            thread.setDaemon(true);
            return thread;
        });
        this.sweeps = timer.scheduleWithFixedDelay(
                this::sweep, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void sweep() {
        try {
            holds.expireDue();
        } catch (RuntimeException e) {
            log.atWarn()
                    .addKeyValue(
                            "cause",
                            NestedExceptionUtils.getMostSpecificCause(e)
                                    .getClass()
                                    .getSimpleName())
                    .log("expired holds could not be marked; the next sweep tries again");
        }
    }

    @Override
    public String workName() {
        return NAME;
    }

    @Override
    public boolean goesOn() {
        return timer.isShutdown() || !sweeps.isDone();
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
