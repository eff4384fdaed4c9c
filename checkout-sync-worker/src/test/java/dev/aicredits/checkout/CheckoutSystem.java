package dev.aicredits.checkout;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.aicredits.access.ApiKey;
import dev.aicredits.access.JdbcKeyring;
import dev.aicredits.access.KeyHashes;
import dev.aicredits.ledger.AuditFinding;
import dev.aicredits.ledger.BookingOutcome.Booked;
import dev.aicredits.ledger.JdbcAudit;
import dev.aicredits.ledger.JdbcLedger;
import dev.aicredits.ledger.JdbcOrganizations;
import dev.aicredits.ledger.Member;
import dev.aicredits.ledger.Member.Role;
import dev.aicredits.ledger.RatedUsage;
import dev.aicredits.ledger.UsageBooking;
import dev.aicredits.money.Usd;
import dev.aicredits.rating.Rated.Priced;
import dev.aicredits.schema.JdbcRoles;
import dev.aicredits.schema.LedgerDatabase;
import dev.aicredits.testkit.TestDatabase;
import dev.aicredits.testkit.TestInfra;
import dev.aicredits.testkit.TopicReader;
import dev.aicredits.usage.Consumption;
import dev.aicredits.usage.UsageEvent;
import dev.aicredits.usage.UsageKind;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.json.JsonMapper;

/**
 * All that a checkout worker needs and nothing that another test has: a migrated ledger, three topics, a consumer group.
 * Workers are started on it one by one.
 */
public final class CheckoutSystem implements AutoCloseable {

    /** The key of an operator who is an owner of each organization of these tests. */
    static final ApiKey KEY = ApiKey.randomOfOperator(new SecureRandom());

    private static final String PERSON = "usr_of_tests";
    private static final String PEPPER = "pepper-of-tests-pepper-of-tests-pepper";
    static final String WEBHOOK_SECRET = "signing-secret-of-tests";
    static final String STRIPE_KEY = "sk_test_not_a_real_key";
    /** For tests that make thousands of commits and kill nothing. */
    static final String QUICK_COMMITS = "spring.datasource.hikari.connection-init-sql=SET synchronous_commit = off";

    private static final JsonMapper JSON = new JsonMapper();
    // Roles belong to the whole server, which systems share: one set of passwords for all.
    private static final JdbcRoles.Passwords PASSWORDS = new JdbcRoles.Passwords(random(), random(), random());

    private final TestDatabase database = TestInfra.shared().createDatabase("ledger", CheckoutSystem::fill);
    private final String topic = TestInfra.shared().createTopic("stripe", 4, Map.of("max.message.bytes", "2097152"));
    private final String deadLetterTopic = TestInfra.shared().createTopic("stripe-dlt", 1, Map.of());
    private final String ledgerTopic = TestInfra.shared().createTopic("ledger", 2, Map.of());
    private final List<RunningCheckout> workers = new ArrayList<>();

    private final HikariDataSource superuser = database.pool();
    private final HikariDataSource app = database.pool(LedgerDatabase.APP_ROLE, PASSWORDS.app());
    private final HikariDataSource owner = database.pool(LedgerDatabase.OWNER_ROLE, PASSWORDS.owner());

    private final JdbcKeyring keyring;

    private CheckoutSystem() {
        // Rights on a database itself are not copied with it.
        new JdbcRoles(database.dataSource()).create(PASSWORDS);
        keyring = new JdbcKeyring(owner, new KeyHashes(List.of(PEPPER)));
        keyring.addOperator(PERSON, "Tests");
        keyring.addOperatorKey(PERSON, KEY);
    }

    private static void fill(TestDatabase database) {
        LedgerDatabase.create(
                database.dataSource(), PASSWORDS, database.as(LedgerDatabase.OWNER_ROLE, PASSWORDS.owner()));
    }

    public static CheckoutSystem create() {
        return new CheckoutSystem();
    }

    private static String random() {
        byte[] random = new byte[16];
        new SecureRandom().nextBytes(random);
        return HexFormat.of().formatHex(random);
    }

    /** What a worker of this system is started with, by property name. Its sweeps wait to be asked; Stripe is nowhere. */
    Map<String, String> settings() {
        Map<String, String> settings = new HashMap<>();
        settings.put("spring.datasource.url", database.jdbcUrl());
        settings.put("spring.datasource.username", LedgerDatabase.APP_ROLE);
        settings.put("spring.datasource.password", PASSWORDS.app());
        // Connections as they are needed: most tests need two.
        settings.put("spring.datasource.hikari.minimum-idle", "1");
        settings.put("spring.kafka.bootstrap-servers", bootstrapServers());
        settings.put("server.port", "0");
        settings.put(TestSettings.PREFIX + ".topic", topic);
        settings.put(TestSettings.PREFIX + ".dead-letter-topic", deadLetterTopic);
        settings.put(TestSettings.PREFIX + ".ledger-topic", ledgerTopic);
        settings.put(TestSettings.PREFIX + ".group-id", topic + "-group");
        settings.put("aicredits.access.key-peppers", PEPPER);
        settings.put(TestSettings.PREFIX + ".webhook-secrets", WEBHOOK_SECRET);
        settings.put(TestSettings.PREFIX + ".back-off-initial", "20ms");
        settings.put(TestSettings.PREFIX + ".back-off-max", "200ms");
        settings.put(TestSettings.PREFIX + ".open-age-min", "1ms");
        settings.put(TestSettings.PREFIX + ".undelivered-age-min", "0s");
        settings.put(TestSettings.PREFIX + ".open-interval", "1h");
        settings.put(TestSettings.PREFIX + ".undelivered-interval", "1h");
        settings.put(TestSettings.PREFIX + ".sweep-poll", "100ms");
        settings.put(TestSettings.PREFIX + ".stripe.api-key", STRIPE_KEY);
        settings.put(TestSettings.PREFIX + ".stripe.api-base", "http://127.0.0.1:1");
        settings.put(TestSettings.PREFIX + ".stripe.back-off-initial", "10ms");
        settings.put(TestSettings.PREFIX + ".stripe.back-off-max", "50ms");
        return settings;
    }

    /**
     * Starts a worker in this JVM; it is closed with the system unless it was closed before.
     *
     * @param overrides {@code name=value}, before {@link #settings}
     */
    RunningCheckout start(String... overrides) {
        RunningCheckout worker = RunningCheckout.start(settings(), overrides);
        workers.add(worker);
        return worker;
    }

    /** A new organization's id. */
    String organization() {
        String id = "org_" + UUID.randomUUID();
        JdbcOrganizations organizations = new JdbcOrganizations(app(), Clock.systemUTC());
        organizations.open(id, "Name of " + id);
        organizations.addMember(id, new Member(PERSON, "Tests", "tests@example.com", Role.OWNER));
        return id;
    }

    /** A key of the organization's with this role. */
    String key(String organizationId, Role role) {
        ApiKey key = ApiKey.random(new SecureRandom());
        keyring.addKey(organizationId, "of tests", role, key);
        return key.text();
    }

    String topic() {
        return topic;
    }

    String deadLetterTopic() {
        return deadLetterTopic;
    }

    /** What was announced of the organization, as {@code sequence balance}, in that order. */
    List<String> ledgerChanges(String organizationId) {
        return TopicReader.read(bootstrapServers(), ledgerTopic).stream()
                .filter(change -> new String(change.key(), StandardCharsets.UTF_8).equals(organizationId))
                .map(change -> JSON.readTree(change.value()))
                .map(change -> change.get("entrySeq").asLong() + " "
                        + change.get("balanceUsd").decimalValue().toPlainString())
                .toList();
    }

    String bootstrapServers() {
        return TestInfra.shared().bootstrapServers();
    }

    /** As superuser, for what no role of ours may do. */
    public JdbcClient superuser() {
        return JdbcClient.create(superuser);
    }

    DataSource app() {
        return app;
    }

    /** The organization's balance in USD. */
    BigDecimal balance(String organizationId) {
        return superuser()
                .sql("SELECT balance_usd FROM organization_statement WHERE organization_id = :id")
                .param("id", organizationId)
                .query(BigDecimal.class)
                .single()
                .stripTrailingZeros();
    }

    /** The organization's entries, as {@code kind amount}, by kind and amount. */
    List<String> entries(String organizationId) {
        return superuser()
                .sql("""
                        SELECT entry_kind || ' ' || trim_scale(amount_usd) FROM ledger_statement
                         WHERE organization_id = :id ORDER BY 1
                        """)
                .param("id", organizationId)
                .query(String.class)
                .list();
    }

    /** Books a cent's worth of usage under that key, as of an event whose id is a UUID. */
    void use(String organizationId, UUID key) {
        Usd cost = Usd.of("0.01");
        UsageEvent event = new UsageEvent(
                key,
                organizationId,
                "ag_" + organizationId,
                null,
                Instant.now().truncatedTo(ChronoUnit.MICROS),
                new Consumption.Counted(UsageKind.TOOL_CALL, "call", 1),
                cost);
        UsageBooking booking = new JdbcLedger(app(), Clock.systemUTC())
                .book(List.of(new RatedUsage(event, new Priced(cost.nanos(), Priced.TRUSTED))));
        assertThat(booking.outcomes()).hasOnlyElementsOfType(Booked.class);
    }

    /** The organization's orders, as {@code state} or {@code state:reason}. */
    List<String> orders(String organizationId) {
        return superuser()
                .sql("""
                        SELECT concat_ws(':', state, reason) FROM checkout_statement
                         WHERE organization_id = :id ORDER BY created_at
                        """)
                .param("id", organizationId)
                .query(String.class)
                .list();
    }

    List<AuditFinding> audit() {
        return new JdbcAudit(app()).run();
    }

    @Override
    public void close() {
        workers.forEach(RunningCheckout::close);
        superuser.close();
        owner.close();
        app.close();
    }
}
