package dev.aicredits.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class TestInfraTest {
    @Test
    void everyCallCreatesAnotherDatabase() throws Exception {
        TestDatabase one = TestInfra.shared().createDatabase();
        TestDatabase other = TestInfra.shared().createDatabase();
        try (var connection = one.dataSource().getConnection()) {
            assertThat(connection.getCatalog()).isEqualTo(one.name()).isNotEqualTo(other.name());
        }
    }

    @Test
    void everyCallCreatesAnotherTopic() throws Exception {
        String topic = TestInfra.shared().createTopic("usage", 3, Map.of("retention.ms", "-1"));
        try (var admin = TestInfra.shared().broker().admin()) {
            assertThat(admin.listTopics().names().get()).contains(topic);
        }
    }
}
