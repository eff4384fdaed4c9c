package dev.aicredits.localstripe;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Sends each event to every endpoint until it answers 2xx or the schedule is over, and does it badly when told to.
 *
 * <p>Events leave in the order in which they came to be, each without waiting for the one before: as with Stripe, they may
 * overtake each other. What was not delivered when this stops is tried again after the next start.
 */
public final class Webhooks implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Webhooks.class);
    private static final int THREADS = 4;

    private final List<WebhookEndpoint> endpoints;
    private final List<Duration> schedule;
    private final JdbcObjects objects;
    private final JdbcDeliveries deliveries;
    private final Clock clock;
    private final WebhookPost post;
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(DaemonThreads.named("stripe-timer"));
    private final ExecutorService workers =
            Executors.newFixedThreadPool(THREADS, DaemonThreads.named("stripe-webhooks"));
    private final List<Delivery> held = new ArrayList<>();
    private volatile WebhookRule rule = WebhookRule.NONE;
    private boolean holding;
    private volatile boolean closed;

    Webhooks(LocalStripeSettings settings, JdbcObjects objects, JdbcDeliveries deliveries) {
        this.endpoints = new CopyOnWriteArrayList<>(settings.endpoints());
        this.schedule = settings.retrySchedule();
        this.objects = objects;
        this.deliveries = deliveries;
        this.clock = settings.clock();
        this.post = new WebhookPost(workers, settings.webhookTimeout(), settings.clock());
    }

    /** Where events are sent. */
    public List<WebhookEndpoint> endpoints() {
        return List.copyOf(endpoints);
    }

    /** Adds an endpoint for the events to come, or gives the one of its id another URL and other secrets. */
    public void use(WebhookEndpoint endpoint) {
        endpoints.removeIf(known -> known.id().equals(endpoint.id()));
        endpoints.add(endpoint);
    }

    /** Attempts for events of these types (of all, if none is named) never arrive, and count as failed. */
    public void lose(String... types) {
        rule = rule.losing(List.of(types));
    }

    /** Every attempt begins this much later. */
    public void delay(Duration delay) {
        rule = rule.delayedBy(delay);
    }

    /** Every attempt is made this many times more, at once. */
    public void duplicate(int more) {
        rule = rule.withDuplicates(more);
    }

    /** Attempts wait for {@link #release} or {@link #releaseShuffled}. */
    public synchronized void hold() {
        holding = true;
    }

    /** Ends {@link #hold}: what was held goes out in its order. */
    public void release() {
        send(takeHeld());
    }

    /** Ends {@link #hold}: what was held goes out in an order that follows from the seed, one after another. */
    public void releaseShuffled(long seed) {
        List<Delivery> shuffled = takeHeld();
        Collections.shuffle(shuffled, new Random(seed));
        shuffled.forEach(delivery -> attempt(delivery).join());
    }

    private synchronized List<Delivery> takeHeld() {
        holding = false;
        List<Delivery> taken = new ArrayList<>(held);
        held.clear();
        return taken;
    }

    /** Ends losing, delaying and duplicating, not {@link #hold}. */
    public void behave() {
        rule = WebhookRule.NONE;
    }

    /** Tries everything that is not delivered now, given up or not; returns when the attempts are over. */
    public void deliverNow() {
        takeHeld();
        deliveries.undelivered().forEach(delivery -> attempt(delivery).join());
    }

    /** Sends an event again to every endpoint, as the button Resend does; returns whether all took it. */
    public boolean resend(String eventId) {
        return endpoints.stream()
                .map(endpoint -> attempt(new Delivery(eventId, endpoint.id(), schedule.size())))
                .map(CompletableFuture::join)
                .reduce(true, Boolean::logicalAnd);
    }

    /** Ids of the events that not every endpoint has got, given up or not, oldest first. */
    public List<String> undelivered() {
        return deliveries.undelivered().stream()
                .map(Delivery::eventId)
                .distinct()
                .toList();
    }

    /** Goes on with what was pending at the last stop. */
    void resume() {
        send(deliveries.pending());
    }

    void send(List<Delivery> made) {
        made.stream().filter(delivery -> !isHeld(delivery)).forEach(delivery -> timer.execute(() -> begin(delivery)));
    }

    private synchronized boolean isHeld(Delivery delivery) {
        return holding && held.add(delivery);
    }

    private void repeat(Delivery delivery) {
        if (deliveries.isUndelivered(delivery) && !isHeld(delivery)) {
            begin(delivery);
        }
    }

    private void begin(Delivery delivery) {
        WebhookRule now = rule;
        later(now.delay(), () -> {
            for (int copy = 0; copy <= now.duplicates(); copy++) {
                CompletableFuture<Boolean> unused = attempt(delivery);
            }
        });
    }

    private void later(Duration wait, Runnable task) {
        if (!closed) {
            ScheduledFuture<?> unused = timer.schedule(task, wait.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    /** Makes one attempt, and plans the next if it fails. */
    private CompletableFuture<Boolean> attempt(Delivery delivery) {
        ObjectNode event = objects.find(StripeKind.EVENT, delivery.eventId())
                .orElseThrow(() -> new IllegalStateException("no event " + delivery.eventId()));
        boolean lost = rule.loses(Json.requiredText(event, "type"));
        return endpoints.stream()
                .filter(endpoint -> endpoint.id().equals(delivery.endpointId()) && !lost)
                .findFirst()
                .map(endpoint -> post.send(event, endpoint))
                .orElseGet(() -> CompletableFuture.completedFuture(false))
                .thenApplyAsync(taken -> record(delivery.afterAttempt(), taken), workers);
    }

    private boolean record(Delivery delivery, boolean taken) {
        try {
            if (taken) {
                deliveries.markDelivered(delivery, clock.instant());
            } else if (delivery.attempts() <= schedule.size()) {
                Duration wait = schedule.get(delivery.attempts() - 1);
                Instant next = clock.instant().plus(wait);
                deliveries.markFailed(delivery, next);
                later(wait, () -> repeat(delivery));
            } else {
                deliveries.markFailed(delivery, null);
            }
        } catch (RuntimeException e) {
            if (!closed) {
                LOG.atWarn().addKeyValue("event", delivery.eventId()).log("a delivery is not recorded", e);
            }
        }
        return taken;
    }

    @Override
    public void close() {
        closed = true;
        timer.shutdownNow();
        workers.shutdownNow();
    }
}
