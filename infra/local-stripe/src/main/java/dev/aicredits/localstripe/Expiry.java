package dev.aicredits.localstripe;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends sessions whose time is over though nobody asks for them. */
final class Expiry implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Expiry.class);
    private static final long INTERVAL_SECONDS = 1;

    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(DaemonThreads.named("stripe-expiry"));
    private final Runnable work;

    private Expiry(Runnable work) {
        this.work = work;
    }

    static Expiry start(Runnable work) {
        Expiry expiry = new Expiry(work);
        ScheduledFuture<?> unused = expiry.timer.scheduleWithFixedDelay(
                expiry::expire, INTERVAL_SECONDS, INTERVAL_SECONDS, TimeUnit.SECONDS);
        return expiry;
    }

    private void expire() {
        try {
            work.run();
        } catch (RuntimeException e) {
            // The database may be there again the next time.
            LOG.atWarn().log("sessions could not be expired: {}", e.getMessage());
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
