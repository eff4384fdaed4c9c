package dev.aicredits.local;

import dev.aicredits.embedded.Groups;
import dev.aicredits.money.Usd;
import dev.aicredits.usage.UsageEvent;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/** Shows once a second what flows: rate, debits, a balance, lag and dead letters. */
final class StatusLine implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StatusLine.class);

    private static final Duration INTERVAL = Duration.ofSeconds(1);
    private static final int DECIMALS = 4;
    private static final String USAGE_GROUP = "usage-consumer";

    private final Terminal terminal;
    private final Services services;
    private final SingleConnectionDataSource connection;
    private final JdbcBalance balance;
    private final Groups groups;
    private final Thread thread;
    private volatile boolean closed;
    private long lastBooked;
    private long lastNanos;

    private StatusLine(Terminal terminal, Services services, SingleConnectionDataSource connection, Groups groups) {
        this.terminal = terminal;
        this.services = services;
        this.connection = connection;
        this.balance = new JdbcBalance(connection, DemoOrganization.ACME.id());
        this.groups = groups;
        this.thread = new Thread(this::run, "status-line");
        this.thread.setDaemon(true);
    }

    static StatusLine start(Terminal terminal, Services services, LocalDatabase database, String bootstrapServers) {
        StatusLine statusLine =
                new StatusLine(terminal, services, database.applicationConnection(), new Groups(bootstrapServers));
        statusLine.lastBooked = services.booked();
        statusLine.lastNanos = System.nanoTime();
        statusLine.thread.start();
        return statusLine;
    }

    private void run() {
        try {
            while (!closed) {
                Thread.sleep(INTERVAL.toMillis());
                show();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void show() {
        try {
            terminal.status(text());
        } catch (RuntimeException e) {
            LOG.debug("no status", e);
            if (!closed) {
                terminal.status("no status: " + e.getMessage());
            }
        }
    }

    private String text() {
        long booked = services.booked();
        long now = System.nanoTime();
        long perSecond = Math.round((booked - lastBooked) * 1e9 / (now - lastNanos));
        lastBooked = booked;
        lastNanos = now;
        return text(
                perSecond,
                services.debitedUsd(),
                balance.read(),
                groups.lag(USAGE_GROUP, UsageEvent.TOPIC),
                services.deadLettered());
    }

    /** The line of these figures. */
    static String text(long eventsPerSecond, double debitedUsd, Usd balance, long lag, long deadLetters) {
        BigDecimal usd = balance.toDecimal().setScale(DECIMALS, RoundingMode.FLOOR);
        return String.format(
                Locale.ROOT,
                "%d events/s | debited $%.4f | %s $%s | lag %d | dead letters %d",
                eventsPerSecond,
                debitedUsd,
                DemoOrganization.ACME.id(),
                usd.toPlainString(),
                lag,
                deadLetters);
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        groups.close();
        connection.destroy();
    }
}
