package dev.aicredits.consumer;

import com.zaxxer.hikari.HikariDataSource;
import dev.aicredits.ledger.JdbcAudit;
import dev.aicredits.ledger.JdbcOrganizations;
import dev.aicredits.ratecard.JdbcRateCards;
import dev.aicredits.schema.JdbcRoles;
import dev.aicredits.schema.LedgerDatabase;
import dev.aicredits.testkit.Patience;
import dev.aicredits.testkit.TestBroker;
import dev.aicredits.testkit.TestDatabase;
import dev.aicredits.testkit.TestInfra;
import dev.aicredits.testkit.TestPostgres;
import dev.aicredits.testkit.TopicReader;
import java.math.BigDecimal;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import javax.sql.DataSource;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * All that a usage consumer needs and nothing that another test has: a migrated ledger, three topics, a consumer group.
 *
 * <p>Consumers are started on it one by one, in this JVM ({@link #start}) or elsewhere ({@link #settings}).
 */
final class UsageSystem implements AutoCloseable {

    // Roles belong to the whole server, which systems share: one set of passwords for all.
    private static final JdbcRoles.Passwords PASSWORDS = new JdbcRoles.Passwords(random(), random(), random());

    private final TestBroker broker;
    private final TestDatabase database;
    private final HikariDataSource superuser;
    private final HikariDataSource app;
    private final Admin admin;
    private final String topic;
    private final String deadLetterTopic;
    private final String ledgerTopic;
    private final List<RunningConsumer> consumers = new ArrayList<>();

    private UsageSystem(TestDatabase database, TestBroker broker, int partitions) {
        this.broker = broker;
        this.database = database;
        this.superuser = database.pool();
        this.app = database.pool(LedgerDatabase.APP_ROLE, PASSWORDS.app());
        this.admin = broker.admin();
        this.topic = broker.createTopic("usage", partitions, Map.of("max.message.bytes", "2097152"));
        this.deadLetterTopic = broker.createTopic("usage-dlt", 1, Map.of("max.message.bytes", "8388608"));
        this.ledgerTopic = broker.createTopic("ledger", 2, Map.of());
    }

    /** A system on the broker and the server that all tests of this JVM share. */
    static UsageSystem create() {
        return create(4);
    }

    static UsageSystem create(int partitions) {
        TestInfra infra = TestInfra.shared();
        TestDatabase database = infra.createDatabase("ledger with rates", UsageSystem::fill);
        // Rights on a database itself are not copied with it.
        new JdbcRoles(database.dataSource()).create(PASSWORDS);
        return new UsageSystem(database, infra.broker(), partitions);
    }

    private static void fill(TestDatabase database) {
        DataSource owner = database.as(LedgerDatabase.OWNER_ROLE, PASSWORDS.owner());
        LedgerDatabase.create(database.dataSource(), PASSWORDS, owner);
        new JdbcRateCards(owner).publish(TestRates.card(TestRates.VERSION));
    }

    /** A system on servers of the test's own. */
    static UsageSystem on(TestPostgres postgres, TestBroker broker) {
        TestDatabase database = postgres.createDatabase();
        fill(database);
        return new UsageSystem(database, broker, 4);
    }

    private static String random() {
        byte[] random = new byte[16];
        new SecureRandom().nextBytes(random);
        return HexFormat.of().formatHex(random);
    }

    String topic() {
        return topic;
    }

    String deadLetterTopic() {
        return deadLetterTopic;
    }

    String ledgerTopic() {
        return ledgerTopic;
    }

    /** The consumer group, which has its name from the topic. */
    String group() {
        return topic + "-group";
    }

    String bootstrapServers() {
        return broker.bootstrapServers();
    }

    Admin admin() {
        return admin;
    }

    /** As superuser, for what no role of ours may do. */
    JdbcClient superuser() {
        return JdbcClient.create(superuser);
    }

    DataSource owner() {
        return database.as(LedgerDatabase.OWNER_ROLE, PASSWORDS.owner());
    }

    DataSource app() {
        return app;
    }

    /** What a usage consumer of this system is started with, by property name. */
    Map<String, String> settings() {
        Map<String, String> settings = new HashMap<>();
        settings.put("spring.datasource.url", database.jdbcUrl());
        settings.put("spring.datasource.username", LedgerDatabase.APP_ROLE);
        settings.put("spring.datasource.password", PASSWORDS.app());
        // Connections as they are needed: most tests need two.
        settings.put("spring.datasource.hikari.minimum-idle", "1");
        settings.put("spring.kafka.bootstrap-servers", bootstrapServers());
        settings.put("server.port", "0");
        settings.put("aicredits.usage-consumer.topic", topic);
        settings.put("aicredits.usage-consumer.dead-letter-topic", deadLetterTopic);
        settings.put("aicredits.usage-consumer.ledger-topic", ledgerTopic);
        settings.put("aicredits.usage-consumer.group-id", group());
        settings.put("aicredits.usage-consumer.rate-card-refresh", "100ms");
        return settings;
    }

    /**
     * Starts a consumer in this JVM; it is closed with the system unless it was closed before.
     *
     * @param overrides {@code name=value}, before {@link #settings}
     */
    RunningConsumer start(String... overrides) {
        RunningConsumer consumer = RunningConsumer.start(settings(), overrides);
        consumers.add(consumer);
        return consumer;
    }

    void open(String... organizationIds) {
        JdbcOrganizations organizations = new JdbcOrganizations(app(), Clock.systemUTC());
        for (String id : organizationIds) {
            organizations.open(id, id);
        }
    }

    UsageProducer producer() {
        return new UsageProducer(this, Map.of());
    }

    UsageProducer producer(Map<String, Object> config) {
        return new UsageProducer(this, config);
    }

    /** The organization's balance in USD. */
    BigDecimal balance(String organizationId) {
        return superuser()
                .sql("SELECT balance_usd FROM organization_statement WHERE organization_id = :id")
                .param("id", organizationId)
                .query(BigDecimal.class)
                .single();
    }

    long entries(String organizationId) {
        return superuser()
                .sql("SELECT count(*) FROM ledger_statement WHERE organization_id = :id")
                .param("id", organizationId)
                .query(Long.class)
                .single();
    }

    long entries() {
        return superuser()
                .sql("SELECT count(*) FROM ledger_entry")
                .query(Long.class)
                .single();
    }

    JdbcAudit audit() {
        return new JdbcAudit(app());
    }

    List<ConsumerRecord<byte[], byte[]>> deadLetters() {
        return TopicReader.read(bootstrapServers(), deadLetterTopic);
    }

    List<ConsumerRecord<byte[], byte[]>> ledgerChanges() {
        return TopicReader.read(bootstrapServers(), ledgerTopic);
    }

    /** How many records the topic has had. */
    long records(String ofTopic) {
        return endOffsets(ofTopic).values().stream().mapToLong(Long::longValue).sum();
    }

    /** The sum of the group's committed offsets. */
    long committed() {
        return committedOffsets().values().stream().mapToLong(Long::longValue).sum();
    }

    private Map<TopicPartition, Long> committedOffsets() {
        Map<TopicPartition, OffsetAndMetadata> offsets =
                get(admin.listConsumerGroupOffsets(group()).partitionsToOffsetAndMetadata());
        Map<TopicPartition, Long> committed = new HashMap<>();
        offsets.forEach((partition, offset) -> {
            if (offset != null && partition.topic().equals(topic)) {
                committed.put(partition, offset.offset());
            }
        });
        return committed;
    }

    private Map<TopicPartition, Long> endOffsets(String ofTopic) {
        int partitions = get(admin.describeTopics(List.of(ofTopic)).allTopicNames())
                .get(ofTopic)
                .partitions()
                .size();
        Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
        for (int partition = 0; partition < partitions; partition++) {
            latest.put(new TopicPartition(ofTopic, partition), OffsetSpec.latest());
        }
        Map<TopicPartition, Long> ends = new HashMap<>();
        get(admin.listOffsets(latest).all()).forEach((partition, end) -> ends.put(partition, end.offset()));
        return ends;
    }

    /** Waits until the group has committed the end of every partition: all that was produced is done. */
    void awaitDrained() {
        awaitDrained(Patience.MAX);
    }

    void awaitDrained(Duration patience) {
        Patience.awaitTrue("the group has committed all of " + topic, patience, () -> committed() == records(topic));
    }

    /** Creates the usage topic anew, after it was deleted. */
    void createTopic() {
        get(admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all());
    }

    /** The group's members by their ids; every one of them has joined. */
    List<String> members() {
        return get(admin.describeConsumerGroups(List.of(group())).all()).get(group()).members().stream()
                .map(member -> member.consumerId())
                .sorted()
                .toList();
    }

    /** Sets what the largest record batch is that a topic of this system takes. */
    void setMessageBytesMax(String ofTopic, int bytes) {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, ofTopic);
        ConfigEntry entry = new ConfigEntry("max.message.bytes", Integer.toString(bytes));
        get(admin.incrementalAlterConfigs(Map.of(resource, List.of(new AlterConfigOp(entry, AlterConfigOp.OpType.SET))))
                .all());
    }

    static <T> T get(KafkaFuture<T> future) {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        consumers.forEach(RunningConsumer::close);
        admin.close();
        superuser.close();
        app.close();
    }
}
