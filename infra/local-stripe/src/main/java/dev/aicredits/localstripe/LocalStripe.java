package dev.aicredits.localstripe;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A stand-in for Stripe on loopback: a part of its API for the unmodified client, Checkout's page, signed webhooks, and
 * controls for what customers and banks do and for everything that can go wrong.
 *
 * <p>Its state is in the database of its settings, and is there again at the next start.
 */
public final class LocalStripe implements AutoCloseable {
    /** The version of Stripe's API whose objects it speaks: that of the client in this build. */
    public static final String API_VERSION = "2026-07-29.dahlia";

    private static final int CONNECTIONS_MAX = 8;

    private final HikariDataSource pool;
    private final Webhooks webhooks;
    private final ApiFaults faults = new ApiFaults();
    private final Connections connections = new Connections();
    private final Payments payments;
    private final Disputes disputes;
    private final Invoices invoices;
    private final Subscriptions subscriptions;
    private final HttpServer server;
    private final Expiry expiry;

    private LocalStripe(LocalStripeSettings settings, HikariDataSource pool) {
        this.pool = pool;
        JdbcObjects objects = new JdbcObjects(pool);
        objects.createSchema();
        JdbcDeliveries deliveries = new JdbcDeliveries(pool);
        webhooks = new Webhooks(settings, objects, deliveries);
        StripeState state =
                new StripeState(pool, objects, deliveries, webhooks::endpoints, webhooks::send, settings.clock());
        AtomicReference<String> baseUrl = new AtomicReference<>("");
        Sessions sessions = new Sessions(id -> baseUrl.get() + "/c/pay/" + id);
        disputes = new Disputes(state);
        Charges charges = new Charges(charge -> baseUrl.get() + "/receipts/" + charge);
        invoices = new Invoices(state, charges, id -> baseUrl.get() + "/invoices/" + id);
        subscriptions = new Subscriptions(state, invoices);
        payments = new Payments(state, sessions, new PaymentFlow(charges, subscriptions));
        ApiWork work = new ApiWork(new StripeApi(state, sessions), state, new JdbcIdempotency(pool), settings.clock());
        server = HttpServer.start(
                settings.port(),
                connections,
                new ApiController(settings, work, faults, connections),
                new CheckoutController(state, payments),
                new DashboardController(state, webhooks),
                new ControlController(this));
        baseUrl.set(server.baseUrl());
        webhooks.resume();
        expiry = Expiry.start(() -> sessions.expireOverdue(state));
    }

    /** Starts one; when this returns it answers. */
    public static LocalStripe start(LocalStripeSettings settings) {
        HikariDataSource pool = pool(settings);
        try {
            return new LocalStripe(settings, pool);
        } catch (RuntimeException e) {
            pool.close();
            throw e;
        }
    }

    private static HikariDataSource pool(LocalStripeSettings settings) {
        HikariConfig config = new HikariConfig();
        config.setPoolName("local-stripe");
        config.setDataSource(settings.dataSource());
        config.setMaximumPoolSize(CONNECTIONS_MAX);
        config.setMinimumIdle(1);
        return new HikariDataSource(config);
    }

    /** What the client takes for the API's base: {@code http://127.0.0.1:<port>}. */
    public String baseUrl() {
        return server.baseUrl();
    }

    public int port() {
        return server.port();
    }

    /** What customers and banks do. */
    public Payments payments() {
        return payments;
    }

    /** Payments that customers deny. */
    public Disputes disputes() {
        return disputes;
    }

    /** Invoices and what becomes of them. */
    public Invoices invoices() {
        return invoices;
    }

    /** What becomes of subscriptions. */
    public Subscriptions subscriptions() {
        return subscriptions;
    }

    /** How events are delivered, and how badly. */
    public Webhooks webhooks() {
        return webhooks;
    }

    /** How calls go wrong, and how many came. */
    public ApiFaults faults() {
        return faults;
    }

    @Override
    public void close() {
        expiry.close();
        connections.release();
        server.close();
        webhooks.close();
        pool.close();
    }
}
