package dev.aicredits.enforcer;

import com.zaxxer.hikari.HikariDataSource;
import dev.aicredits.budget.AgentBudget;
import dev.aicredits.budget.BudgetChange;
import dev.aicredits.budget.EnforcementMode;
import dev.aicredits.budget.JdbcBudgets;
import dev.aicredits.control.BudgetAlert;
import dev.aicredits.control.ControlSignal;
import dev.aicredits.control.Target;
import dev.aicredits.hold.HoldRequest;
import dev.aicredits.hold.Holds;
import dev.aicredits.ledger.BookingOutcome.Booked;
import dev.aicredits.ledger.JdbcLedger;
import dev.aicredits.ledger.JdbcOrganizations;
import dev.aicredits.ledger.LedgerChange;
import dev.aicredits.ledger.NewEntry;
import dev.aicredits.ledger.RatedUsage;
import dev.aicredits.messaging.BudgetAlertMessage;
import dev.aicredits.messaging.BudgetChangeMessage;
import dev.aicredits.messaging.ControlSignalMessage;
import dev.aicredits.messaging.LedgerChangeMessage;
import dev.aicredits.money.Usd;
import dev.aicredits.rating.Rated.Priced;
import dev.aicredits.schema.JdbcRoles;
import dev.aicredits.schema.LedgerDatabase;
import dev.aicredits.testkit.Patience;
import dev.aicredits.testkit.TestBroker;
import dev.aicredits.testkit.TestDatabase;
import dev.aicredits.testkit.TestInfra;
import dev.aicredits.testkit.TestPostgres;
import dev.aicredits.usage.Consumption;
import dev.aicredits.usage.UsageEvent;
import dev.aicredits.usage.UsageKind;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * All that an enforcer needs and nothing that another test has: a migrated ledger and the topics. It books and changes
 * budgets as the other services do, with or without the hints that they send.
 */
final class EnforcerSystem implements AutoCloseable {

    private static final JdbcRoles.Passwords PASSWORDS = new JdbcRoles.Passwords(
            UUID.randomUUID().toString(),
            UUID.randomUUID().toString(),
            UUID.randomUUID().toString());

    /** As infra/topics.yaml has it of every dead-letter topic. */
    private static final Map<String, String> LETTERS = Map.of("max.message.bytes", "8388608");

    final ManualClock clock;
    private final TestBroker broker;
    private final TestDatabase database;
    private final HikariDataSource app;
    private final HikariDataSource superuser;
    private final HikariDataSource reader;
    private final KafkaProducer<byte[], byte[]> producer;
    private final JdbcLedger ledger;
    private final JdbcBudgets budgets;
    private final String ledgerTopic;
    private final String ledgerDeadLetterTopic;
    private final String controlTopic;
    private final String alertTopic;
    private final String ackTopic;
    private final String ackDeadLetterTopic;
    private final TopicTail control;
    private final TopicTail alerts;
    private final List<RunningEnforcer> enforcers = new ArrayList<>();
    private boolean hints = true;
    private @Nullable String traceparent;

    private EnforcerSystem(TestDatabase database, TestBroker broker, ManualClock clock) {
        this.clock = clock;
        this.broker = broker;
        this.database = database;
        this.app = database.pool(LedgerDatabase.APP_ROLE, PASSWORDS.app());
        this.superuser = database.pool();
        this.reader = database.pool(LedgerDatabase.READER_ROLE, PASSWORDS.reader());
        this.ledger = new JdbcLedger(app, clock);
        this.budgets = new JdbcBudgets(app, clock);
        this.producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers(), "linger.ms", 0, "max.block.ms", 300),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        this.ledgerTopic = broker.createTopic("ledger", 4, Map.of());
        this.ledgerDeadLetterTopic = broker.createTopic("ledger-dlt", 1, LETTERS);
        // Not compacted: tests look at every signal there was.
        this.controlTopic = broker.createTopic("control", 3, Map.of());
        this.alertTopic = broker.createTopic("alerts", 1, Map.of());
        this.ackTopic = broker.createTopic("acks", 2, Map.of());
        this.ackDeadLetterTopic = broker.createTopic("acks-dlt", 1, LETTERS);
        this.control = new TopicTail(broker.bootstrapServers(), controlTopic);
        this.alerts = new TopicTail(broker.bootstrapServers(), alertTopic);
    }

    /** A system on the broker and the server that all tests of this JVM share. */
    static EnforcerSystem create(Instant now) {
        TestInfra infra = TestInfra.shared();
        TestDatabase database = infra.createDatabase("ledger", EnforcerSystem::fill);
        // Rights on a database itself are not copied with it.
        new JdbcRoles(database.dataSource()).create(PASSWORDS);
        return new EnforcerSystem(database, infra.broker(), new ManualClock(now));
    }

    /** A system on servers of the test's own. */
    static EnforcerSystem on(TestPostgres postgres, TestBroker broker, Instant now) {
        TestDatabase database = postgres.createDatabase();
        fill(database);
        return new EnforcerSystem(database, broker, new ManualClock(now));
    }

    private static void fill(TestDatabase database) {
        LedgerDatabase.create(
                database.dataSource(), PASSWORDS, database.as(LedgerDatabase.OWNER_ROLE, PASSWORDS.owner()));
    }

    /** What an enforcer of this system is started with, by property name. */
    Map<String, String> settings() {
        Map<String, String> settings = new HashMap<>();
        settings.put("spring.datasource.url", database.jdbcUrl());
        settings.put("spring.datasource.username", LedgerDatabase.APP_ROLE);
        settings.put("spring.datasource.password", PASSWORDS.app());
        // Connections as they are needed: most tests need two.
        settings.put("spring.datasource.hikari.minimum-idle", "1");
        settings.put("spring.kafka.bootstrap-servers", broker.bootstrapServers());
        settings.put("server.port", "0");
        Map.of(
                        "topic", ledgerTopic,
                        "dead-letter-topic", ledgerDeadLetterTopic,
                        "control-topic", controlTopic,
                        "alert-topic", alertTopic,
                        "ack-topic", ackTopic,
                        "ack-dead-letter-topic", ackDeadLetterTopic,
                        "group-id", ledgerTopic + "-group",
                        "sweep-interval", "100ms",
                        "cover-interval", "300ms")
                .forEach((name, value) -> settings.put(TestSettings.PREFIX + "." + name, value));
        return settings;
    }

    /** Starts an enforcer in this JVM, with this system's clock; it is closed with the system. */
    RunningEnforcer start() {
        return start(Map.of());
    }

    /** The same, with some of our settings other than {@link #settings()} has them. */
    RunningEnforcer start(Map<String, String> others) {
        Map<String, String> settings = settings();
        others.forEach((name, value) -> settings.put(TestSettings.PREFIX + "." + name, value));
        RunningEnforcer enforcer = RunningEnforcer.start(settings, clock);
        enforcers.add(enforcer);
        return enforcer;
    }

    /** From now on no hint is sent. */
    void dropHints() {
        hints = false;
    }

    /** From now on hints are of that trace. */
    void traced(String traceparent) {
        this.traceparent = traceparent;
    }

    /** Does {@code bookings}, of which no hint is sent. */
    void withoutHints(Runnable bookings) {
        boolean before = hints;
        hints = false;
        try {
            bookings.run();
        } finally {
            hints = before;
        }
    }

    /** What services have: a pool, as the application's role. */
    DataSource app() {
        return app;
    }

    /** Drops the connections to a server that was killed. */
    void reconnect() {
        for (HikariDataSource pool : List.of(app, superuser, reader)) {
            pool.getHikariPoolMXBean().softEvictConnections();
        }
    }

    /** As superuser, for what no role of ours may do. */
    JdbcClient superuser() {
        return JdbcClient.create(superuser);
    }

    /** As people and tools have it. */
    JdbcClient reader() {
        return JdbcClient.create(reader);
    }

    /** Opens an organization with those agents and that balance, all at once: without credits it would be stopped. */
    void open(String organization, long nanos, String... agents) {
        JdbcOrganizations organizations = new JdbcOrganizations(app, clock);
        new TransactionTemplate(new JdbcTransactionManager(app)).executeWithoutResult(status -> {
            organizations.open(organization, organization);
            for (String agent : agents) {
                organizations.registerAgent(organization, agent, agent, null);
            }
            if (nanos != 0) {
                credit(organization, nanos);
            }
        });
    }

    /** Moves the balance without usage, either way. */
    void credit(String organization, long nanos) {
        Instant now = clock.instant();
        Booked booked = (Booked)
                ledger.book(NewEntry.adjustment(organization, Usd.ofNanos(nanos), UUID.randomUUID(), now, "a test's"));
        hint(LedgerChangeMessage.of(
                ledgerTopic,
                LedgerChange.afterEntry(organization, booked.entrySeq(), booked.balanceAfterNanos()),
                "test",
                now));
    }

    /** Books usage of now, and answers its dedupe key. */
    UUID use(String organization, String agent, @Nullable String user, long nanos) {
        return use(organization, agent, user, nanos, clock.instant());
    }

    UUID use(String organization, String agent, @Nullable String user, long nanos, Instant occurredAt) {
        UUID key = UUID.randomUUID();
        Consumption consumption = new Consumption.Counted(UsageKind.TOOL_CALL, "call", 1);
        UsageEvent event = new UsageEvent(key, organization, agent, user, occurredAt, consumption, Usd.ofNanos(nanos));
        long producedAt = clock.millis();
        ledger.book(List.of(new RatedUsage(event, new Priced(nanos, Priced.TRUSTED))))
                .changes()
                .forEach(change ->
                        hint(LedgerChangeMessage.of(ledgerTopic, change, "test", clock.instant(), producedAt)));
        return key;
    }

    /** Reserves an amount of the balance, and captures that or less. */
    void capture(String organization, String agent, Usd held, Usd captured) {
        long key = superuser()
                .sql("SELECT organization_id FROM organization WHERE public_id = ?")
                .param(organization)
                .query(Long.class)
                .single();
        HoldRequest request = new HoldRequest(UUID.randomUUID(), agent, null, held, HoldRequest.LASTS_UNLESS_TOLD);
        try (Holds holds = new Holds(
                app,
                ledger,
                change -> hint(LedgerChangeMessage.of(ledgerTopic, change, "test", clock.instant())),
                clock,
                1)) {
            holds.reserve(key, request);
            holds.capture(key, organization, request.id(), captured, null);
        }
    }

    void policy(String organization, String agent, AgentBudget policy) {
        changed(organization, budgets.changePolicy(organization, agent, before -> policy));
    }

    /** Gives the agent pool a hard limit and nothing else one. */
    void limit(String organization, String agent, @Nullable Long nanos) {
        policy(organization, agent, new AgentBudget(true, nanos, null, null, EnforcementMode.HARD_BLOCK));
    }

    void userLimit(String organization, String agent, String user, @Nullable Long nanos) {
        changed(
                organization,
                nanos == null
                        ? budgets.removeUserBudget(organization, agent, user)
                        : budgets.setUserBudget(organization, agent, user, nanos));
    }

    private void changed(String organization, BudgetChange change) {
        if (change instanceof BudgetChange.Changed changed) {
            hint(BudgetChangeMessage.of(ledgerTopic, organization, changed.revision(), "test", clock.instant()));
        }
    }

    private void hint(ProducerRecord<byte[], byte[]> hint) {
        if (traceparent != null) {
            hint.headers().add("traceparent", traceparent.getBytes(StandardCharsets.US_ASCII));
        }
        if (hints) {
            send(hint);
        }
    }

    /** Sends without waiting: a broker that is away gets it later, or never. */
    void send(ProducerRecord<byte[], byte[]> record) {
        var unused = producer.send(record);
    }

    String ledgerTopic() {
        return ledgerTopic;
    }

    String ledgerDeadLetterTopic() {
        return ledgerDeadLetterTopic;
    }

    String ackTopic() {
        return ackTopic;
    }

    String ackDeadLetterTopic() {
        return ackDeadLetterTopic;
    }

    String bootstrapServers() {
        return broker.bootstrapServers();
    }

    /** Every signal there was, in the order of each target. */
    List<ControlSignal> signals() {
        return control.all().stream().map(ControlSignalMessage::read).toList();
    }

    /** The target's signals, each version once. */
    List<ControlSignal> signals(Target target) {
        Map<Long, ControlSignal> versions = new TreeMap<>();
        signals().stream()
                .filter(signal -> signal.target().equals(target))
                .forEach(signal -> versions.put(signal.version(), signal));
        return List.copyOf(versions.values());
    }

    /** Whom the topic's last signals stop, by their keys. */
    Set<String> stopped() {
        Map<String, Boolean> last = new HashMap<>();
        signals().forEach(signal -> last.put(signal.target().key(), signal.stops()));
        return last.entrySet().stream()
                .filter(Map.Entry::getValue)
                .map(Map.Entry::getKey)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    List<BudgetAlert> alerts() {
        return alerts.all().stream().map(BudgetAlertMessage::read).toList();
    }

    ControlSignal awaitSignal(Target target, long version) {
        Patience.awaitTrue(target.key() + " has version " + version, () -> signals(target).stream()
                .anyMatch(signal -> signal.version() == version));
        return signals(target).get((int) version - 1);
    }

    void awaitStopped(Set<String> keys) {
        Patience.awaitTrue("stopped are " + keys, () -> stopped().equals(keys));
    }

    @Override
    public void close() {
        enforcers.forEach(RunningEnforcer::close);
        producer.close(Duration.ofSeconds(1));
        control.close();
        alerts.close();
        app.close();
        superuser.close();
        reader.close();
    }
}
