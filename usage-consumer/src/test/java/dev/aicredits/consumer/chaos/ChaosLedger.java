package dev.aicredits.consumer.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.aicredits.ledger.JdbcOrganizations;
import dev.aicredits.schema.JdbcRoles;
import dev.aicredits.schema.LedgerDatabase;
import dev.aicredits.testkit.TestDatabase;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import javax.sql.DataSource;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;

/** One test's ledger and topics, the workers that book into it, and what must be true of it in the end. */
final class ChaosLedger implements AutoCloseable {

    static final String CONSUMER_PROTOCOL = "--aicredits.usage-consumer.group-protocol=consumer";

    private static final Duration PROGRESS_MAX = Duration.ofMinutes(3);
    /** As long as a batch or two take: more often shows no more. */
    private static final Duration GLANCE = Duration.ofMillis(25);

    private static final int CONCURRENCY = 2;
    private static final String PASSWORD = "chaos";

    private final ChaosSystem system;
    private final TestDatabase database;
    private final ChaosTopics topics;
    private final HikariDataSource connections;
    private final JdbcClient jdbc;

    ChaosLedger(ChaosSystem system, int partitions) {
        this.system = system;
        this.database = system.postgres().createDatabase();
        this.topics = ChaosTopics.create(system, partitions);
        this.connections = database.pool();
        this.jdbc = JdbcClient.create(connections);
        LedgerDatabase.create(
                database.dataSource(),
                new JdbcRoles.Passwords(PASSWORD, PASSWORD, PASSWORD),
                database.as(LedgerDatabase.OWNER_ROLE, PASSWORD));
        JdbcOrganizations organizations = new JdbcOrganizations(connections, Clock.systemUTC());
        for (int i = 0; i < SentUsage.ORGANIZATIONS; i++) {
            organizations.open(SentUsage.organizationId(i), "Chaos " + i);
        }
    }

    ChaosTopics topics() {
        return topics;
    }

    UsageTraffic traffic(SplittableRandom random) {
        return new UsageTraffic(
                system.broker().bootstrapServers(), topics.usage(), topics.partitions(), random, this::entries);
    }

    Worker launch(String name, String... settings) {
        return Worker.launch(name, settings(name, settings));
    }

    Worker launchHalting(Step step) {
        return Worker.launchHalting(step, settings("halting"));
    }

    /** One that waits at the gate in {@code folder} before it books its first batch, and is no other than the shipped one after that. */
    Worker launchGated(String name, Path folder) {
        List<String> all = settings(name);
        all.add("--" + HaltingWorker.GATE + "=" + folder);
        return Worker.launchHalting(Step.BEFORE_BOOKING, all);
    }

    private List<String> settings(String name, String... more) {
        List<String> settings = new ArrayList<>(List.of(
                "--spring.main.web-application-type=none",
                "--spring.main.banner-mode=off",
                "--spring.main.log-startup-info=false",
                "--spring.jmx.enabled=false",
                // Everything else it says is about what the test does to it.
                "--logging.level.root=ERROR",
                "--logging.level.org.apache.kafka=ERROR",
                "--spring.datasource.url=" + database.jdbcUrl(),
                "--spring.datasource.hikari.data-source-properties.ApplicationName=" + name,
                "--spring.datasource.hikari.minimum-idle=1",
                "--spring.datasource.username=" + LedgerDatabase.APP_ROLE,
                "--spring.datasource.password=" + PASSWORD,
                "--spring.kafka.bootstrap-servers=" + system.broker().bootstrapServers(),
                "--spring.kafka.client-id=" + name,
                "--aicredits.usage-consumer.concurrency=" + CONCURRENCY,
                // Small enough that there is always a batch under way.
                "--aicredits.usage-consumer.poll-records-max=500",
                "--aicredits.usage-consumer.daily-totals-interval=100ms",
                "--aicredits.usage-consumer.topic=" + topics.usage(),
                "--aicredits.usage-consumer.dead-letter-topic=" + topics.deadLetters(),
                "--aicredits.usage-consumer.ledger-topic=" + topics.ledgerChanges(),
                "--aicredits.usage-consumer.group-id=" + topics.group()));
        settings.addAll(Arrays.asList(more));
        if (!settings.contains(CONSUMER_PROTOCOL)) {
            // Of the other protocol the broker says them, and its client refuses them.
            settings.add("--spring.kafka.consumer.properties.session.timeout.ms=" + ChaosSystem.SESSION_TIMEOUT_MS);
            settings.add("--spring.kafka.consumer.properties.heartbeat.interval.ms=" + ChaosSystem.HEARTBEAT_MS);
        }
        return settings;
    }

    JdbcClient jdbc() {
        return jdbc;
    }

    /** As superuser, and used again and again. */
    DataSource connections() {
        return connections;
    }

    /** How many entries are committed. */
    long entries() {
        return jdbc.sql("SELECT coalesce(sum(entry_seq), 0)::bigint FROM organization_balance")
                .query(Long.class)
                .single();
    }

    /** Returns when {@code more} entries than now are booked. */
    void awaitMoreEntries(long more, Worker... workers) {
        AtomicLong from = new AtomicLong();
        // After the server was killed a connection that is kept may be one to the server before.
        await(
                "the database answers",
                () -> {
                    from.set(entries());
                    return true;
                },
                workers);
        await("%,d entries more than %,d".formatted(more, from.get()), () -> entries() >= from.get() + more, workers);
    }

    /** Returns when the workers have done with everything that was sent, and none of their threads was lost over it. */
    void awaitDrained(Worker... workers) {
        await("a committed offset at the end of every partition", () -> topics.lag() == 0, workers);
        for (Worker worker : workers) {
            await(
                    "both consumer threads of " + worker.name(),
                    () -> topics.consumersOf(worker.name()) == CONCURRENCY,
                    workers);
        }
    }

    /** Returns when {@code condition} holds; fails if that takes too long, or none of {@code workers} is alive. */
    void await(String what, BooleanSupplier condition, Worker... workers) {
        try {
            Awaitility.await(what)
                    .atMost(PROGRESS_MAX)
                    .pollInterval(GLANCE)
                    .ignoreExceptionsInstanceOf(DataAccessException.class)
                    .until(() -> {
                        for (Worker worker : workers) {
                            assertThat(worker.isAlive())
                                    .as(worker.name() + " runs")
                                    .isTrue();
                        }
                        return condition.getAsBoolean();
                    });
        } catch (ConditionTimeoutException e) {
            throw new AssertionError(
                    "%s: %s; %,d entries, lag %,d, group %s"
                            .formatted(what, e.getMessage(), entries(), topics.lag(), topics.members()),
                    e);
        }
    }

    @Override
    public void close() {
        connections.close();
    }
}
