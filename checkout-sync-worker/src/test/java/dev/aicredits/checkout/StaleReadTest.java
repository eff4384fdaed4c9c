package dev.aicredits.checkout;

import static dev.aicredits.checkout.SharedWorker.AT_STRIPE;
import static dev.aicredits.checkout.SharedWorker.SYSTEM;
import static dev.aicredits.checkout.SharedWorker.WORKER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aicredits.checkout.Fulfilment.Depth;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Payments live through random histories while several threads fulfil them all the time, so that what is read is often
 * stale when it is merged. In the end the balance is what the history adds up to.
 */
@ExtendWith(SharedWorker.class)
class StaleReadTest {

    private static final int HISTORIES = 25;
    private static final int THREADS = 4;

    @Test
    void staleReadsTakeNothingBack() throws Exception {
        long seed = Long.getLong("seed", System.nanoTime());
        Random random = new Random(seed);
        for (int i = 0; i < HISTORIES; i++) {
            String organization = SYSTEM.organization();
            String session = WORKER.bean(CheckoutStart.class)
                    .start(organization, null, new Purchase(5000, "usd", "https://a.example/", "https://a.example/"))
                    .sessionId();
            long cents = liveThrough(AT_STRIPE, session, WORKER.bean(Fulfilment.class), random);

            assertThat(SYSTEM.balance(organization))
                    .as("seed %d, history %d, entries %s", seed, i, SYSTEM.entries(organization))
                    .isEqualByComparingTo(BigDecimal.valueOf(cents, 2));
        }
    }

    /** Answers what must be left of the 50 USD, in cents. */
    private static long liveThrough(FakeStripeState stripe, String session, Fulfilment fulfilment, Random random)
            throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        List<Future<?>> running = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            running.add(threads.submit(() -> {
                while (!over.get()) {
                    fulfilment.fulfil(session, Depth.EVERYTHING);
                }
                return null;
            }));
        }
        stripe.payLater(session);
        boolean paid = random.nextInt(5) > 0;
        long cents = 0;
        if (paid) {
            stripe.settle(session);
            cents = 5000 - refundSome(stripe, session, fulfilment, random);
            if (random.nextBoolean()) {
                stripe.withdraw(session);
                cents -= 5000;
                fulfilment.fulfil(session, Depth.SESSION);
                if (random.nextBoolean()) {
                    stripe.reinstate(session);
                    cents += 5000;
                }
            }
        } else {
            stripe.failLater(session);
        }
        over.set(true);
        for (Future<?> thread : running) {
            thread.get();
        }
        threads.shutdown();
        fulfilment.fulfil(session, Depth.SESSION);
        return cents;
    }

    private static long refundSome(FakeStripeState stripe, String session, Fulfilment fulfilment, Random random) {
        long refunded = 0;
        for (int refunds = random.nextInt(4); refunds > 0; refunds--) {
            long cents = 1 + random.nextLong(1500);
            stripe.refund(session, cents, "pending");
            String id = stripe.lastRefund();
            refunded += cents;
            if (random.nextBoolean()) {
                fulfilment.fulfil(session, Depth.SESSION);
            }
            if (random.nextBoolean()) {
                stripe.moveRefund(session, id, "succeeded");
            }
            if (random.nextInt(3) == 0) {
                stripe.moveRefund(session, id, "failed");
                refunded -= cents;
            }
        }
        return refunded;
    }
}
