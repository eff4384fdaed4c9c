package dev.aicredits.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Servers that tests kill come back where they were, with what they had confirmed. */
class DisposableInfraTest {
    @Test
    void aKilledDatabaseComesBackWithItsCommittedRows() throws Exception {
        try (DisposablePostgres postgres = TestInfra.disposablePostgres()) {
            TestDatabase database = postgres.createDatabase();
            execute(database, "CREATE TABLE kept (id int)");
            execute(database, "INSERT INTO kept VALUES (1)");

            postgres.kill();
            assertThatThrownBy(() -> execute(database, "SELECT 1")).isInstanceOf(SQLException.class);
            postgres.start();

            execute(database, "INSERT INTO kept VALUES (2)");
            assertThat(count(database)).isEqualTo(2);
        }
    }

    @Test
    void aKilledBrokerComesBackWithItsAcknowledgedRecords() throws Exception {
        Map<String, String> properties = Map.of("group.consumer.min.session.timeout.ms", "5000");
        try (DisposableBroker broker = TestInfra.disposableBroker(properties);
                KafkaProducer<String, String> producer = new KafkaProducer<>(
                        Map.of("bootstrap.servers", broker.bootstrapServers(), "acks", "all"),
                        new StringSerializer(),
                        new StringSerializer())) {
            String topic = broker.createTopic("kept", 1, Map.of());
            producer.send(new ProducerRecord<>(topic, "before")).get();

            broker.kill();
            broker.start();

            // The same client: the broker is where it was.
            producer.send(new ProducerRecord<>(topic, "after")).get();
            assertThat(values(broker, topic)).containsExactly("before", "after");
        }
    }

    private static void execute(TestDatabase database, String sql) throws SQLException {
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static int count(TestDatabase database) throws SQLException {
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT count(*) FROM kept")) {
            rows.next();
            return rows.getInt(1);
        }
    }

    private static List<String> values(TestBroker broker, String topic) {
        List<TopicPartition> partitions = List.of(new TopicPartition(topic, 0));
        try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers()),
                new StringDeserializer(),
                new StringDeserializer())) {
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            List<String> values = new ArrayList<>();
            Awaitility.await().atMost(Duration.ofSeconds(30)).pollInSameThread().until(() -> {
                consumer.poll(Duration.ofMillis(100)).forEach(record -> values.add(record.value()));
                return values.size() >= 2;
            });
            return values;
        }
    }
}
