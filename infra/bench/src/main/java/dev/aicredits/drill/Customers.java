package dev.aicredits.drill;

import dev.aicredits.drill.Http.Answer;
import dev.aicredits.localstripe.Payments;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

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
    private final Thread thread;
    private final Map<String, String> paid = new TreeMap<>();
    private final List<String> surprises = new ArrayList<>();
    private int away;
    private volatile boolean running = true;

    private Customers(String url, String key, Payments payments, Duration pause) {
        this.url = url;
        this.key = key;
        this.payments = payments;
        this.pause = pause;
        this.thread = new Thread(this::buy, "drill-customers");
    }

    /** @param url of the organization's {@code checkout-session} */
    static Customers start(String url, String key, Payments payments, Duration pause) {
        Customers customers = new Customers(url, key, payments, pause);
        customers.thread.start();
        return customers;
    }

    private void buy() {
        while (running) {
            String idempotencyKey = UUID.randomUUID().toString();
            Answer answer = Http.post(url, key, "application/json", ORDER, idempotencyKey);
            while (answer.status() != 201 && running) {
                note(answer);
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

    /** No answer is what a service that is away gives, and 503 one whose database is. Nothing else is expected. */
    private synchronized void note(Answer answer) {
        if (answer.status() == 0 || answer.status() == 503) {
            away++;
        } else {
            surprises.add(answer.status() + " " + answer.body());
        }
    }

    /** The sessions that are paid at Stripe, each with its payment. */
    synchronized Map<String, String> paid() {
        return new TreeMap<>(paid);
    }

    /** How often nobody answered. */
    synchronized int away() {
        return away;
    }

    /** Answers that no customer should get. */
    synchronized List<String> surprises() {
        return List.copyOf(surprises);
    }

    @Override
    public void close() {
        running = false;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
