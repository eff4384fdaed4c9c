package dev.aicredits.drill;

import dev.aicredits.bench.LoadThread;
import dev.aicredits.drill.Http.Answer;
import dev.aicredits.localstripe.Payments;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.BooleanSupplier;

/**
 * People of one organization who buy credits one after the other, in a thread of their own: each starts an order at the
 * checkout worker, as often as it takes until it is answered, and pays it at Stripe.
 */
final class Customers implements AutoCloseable {

    private static final String ORDER = "{\"creditAmountUsd\":25}";
    private static final Duration TRY_AGAIN = Duration.ofMillis(500);

    private final String url;
    private final String key;
    private final Payments payments;
    private final Duration pause;
    private final LoadThread thread;
    private final Map<String, String> paid = new TreeMap<>();
    private final Misses misses = new Misses();

    private Customers(String url, String key, Payments payments, Duration pause) {
        this.url = url;
        this.key = key;
        this.payments = payments;
        this.pause = pause;
        this.thread = LoadThread.start("drill-customers", this::buy);
    }

    /** @param url of the organization's {@code checkout-session} */
    static Customers start(String url, String key, Payments payments, Duration pause) {
        return new Customers(url, key, payments, pause);
    }

    private void buy(BooleanSupplier goesOn) {
        while (goesOn.getAsBoolean()) {
            String idempotencyKey = UUID.randomUUID().toString();
            Answer answer = Http.post(url, key, "application/json", ORDER, idempotencyKey);
            while (answer.status() != 201 && goesOn.getAsBoolean()) {
                misses.note(answer);
                Waiting.pass(TRY_AGAIN);
                answer = Http.post(url, key, "application/json", ORDER, idempotencyKey);
            }
            if (answer.status() == 201) {
                String session = answer.json().path("sessionId").asString();
                String payment = payments.pay(session);
                synchronized (this) {
                    paid.put(session, payment);
                }
            }
            Waiting.pass(pause);
        }
    }

    /** The sessions that are paid at Stripe, each with its payment. */
    synchronized Map<String, String> paid() {
        return new TreeMap<>(paid);
    }

    Misses misses() {
        return misses;
    }

    @Override
    public void close() {
        thread.close();
    }
}
