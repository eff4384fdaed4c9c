package dev.aicredits.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.junit.jupiter.api.Test;

class TestInfraTest {
    @Test
    void everyCallCreatesAnotherDatabaseOnTheSameServer() throws Exception {
        TestDatabase one = TestInfra.shared().createDatabase();
        TestDatabase other = TestInfra.shared().createDatabase();
        assertThat(one.name()).isNotEqualTo(other.name());
        assertThat(one.port()).isEqualTo(other.port());
        try (Connection connection = one.dataSource().getConnection()) {
            assertThat(connection.getCatalog()).isEqualTo(one.name());
            assertThat(connection
                            .getMetaData()
                            .getTables(null, "public", null, null)
                            .next())
                    .as("it is empty")
                    .isFalse();
        }
        assertThat(one.toString()).doesNotContain(one.password());
    }

    @Test
    void everyCallCreatesAnotherTopicOnTheSameBroker() throws Exception {
        String topic = TestInfra.shared().createTopic("usage", 3, Map.of("retention.ms", "-1"));
        assertThat(topic).startsWith("usage-").isNotEqualTo(TestInfra.shared().createTopic("usage", 1, Map.of()));
        try (Admin admin = TestInfra.shared().broker().admin()) {
            TopicDescription description = admin.describeTopics(List.of(topic))
                    .topicNameValues()
                    .get(topic)
                    .get();
            assertThat(description.partitions()).hasSize(3);
        }
    }

    @Test
    void whoOnlyNeedsADatabaseStartsNoBroker() {
        TestInfra infra = new TestInfra(OnlyPostgres::new);
        assertThat(infra.postgres()).isSameAs(infra.postgres());
        assertThatThrownBy(infra::broker).hasMessage("asked for a broker");
    }

    @Test
    void anUnknownSourceIsRefused() {
        assertThatThrownBy(() -> InfraSource.named("podman"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("-Dinfra=podman is not known: use embedded (the default) or testcontainers");
    }

    /** Has a database that needs no start, and no broker. */
    private record OnlyPostgres() implements InfraSource {
        @Override
        public DisposablePostgres startPostgres() {
            return new DisposablePostgres() {
                @Override
                public TestDatabase maintenanceDatabase() {
                    return new TestDatabase("postgres", "localhost", 1, "user", "password");
                }

                @Override
                public void kill() {}

                @Override
                public void start() {}

                @Override
                public void close() {}
            };
        }

        @Override
        public DisposableBroker startBroker(Map<String, String> properties) {
            throw new AssertionError("asked for a broker");
        }

        @Override
        public TestBroker startSharedBroker() {
            throw new AssertionError("asked for a broker");
        }
    }
}
