package dev.aicredits.localstripe;

import java.time.Clock;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** All of Stripe's state. Changes come one after another, each in a transaction; reads go beside them. */
final class StripeState {
    private final JdbcObjects objects;
    private final JdbcDeliveries deliveries;
    private final TransactionTemplate transaction;
    private final Supplier<List<WebhookEndpoint>> endpoints;
    private final Consumer<List<Delivery>> sender;
    private final Clock clock;
    private final ReentrantLock changes = new ReentrantLock(true);

    StripeState(
            DataSource dataSource,
            JdbcObjects objects,
            JdbcDeliveries deliveries,
            Supplier<List<WebhookEndpoint>> endpoints,
            Consumer<List<Delivery>> sender,
            Clock clock) {
        this.objects = objects;
        this.deliveries = deliveries;
        this.transaction = new TransactionTemplate(new DataSourceTransactionManager(dataSource));
        this.endpoints = endpoints;
        this.sender = sender;
        this.clock = clock;
    }

    /** Changes state without a request of the API: by a customer, a bank or a person at the dashboard. */
    <T> T change(Function<Change, T> work) {
        return change(null, null, work);
    }

    /** Changes state for a request; its events name it. What it throws undoes it. */
    <T> T change(@Nullable String requestId, @Nullable String idempotencyKey, Function<Change, T> work) {
        changes.lock();
        try {
            Change change = open(requestId, idempotencyKey);
            T result = transaction.execute(status -> work.apply(change));
            sender.accept(change.made());
            return result;
        } finally {
            changes.unlock();
        }
    }

    /** Reads, and must not write. */
    <T> T read(Function<Change, T> work) {
        return work.apply(open(null, null));
    }

    private Change open(@Nullable String requestId, @Nullable String idempotencyKey) {
        return new Change(objects, deliveries, endpoints.get(), clock.instant(), requestId, idempotencyKey);
    }
}
