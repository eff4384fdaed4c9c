package dev.aicredits.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.junit.jupiter.api.Test;

class GroupHealthTest {

    private record Told(MetricName metricName, Object metricValue) implements Metric {}

    @Test
    void aConsumerIsInTouchWhileItsLastHeartbeatIsRecent() {
        assertThat(GroupHealth.inTouch(List.of(heartbeat(0.0), heartbeat(30.0))))
                .isEqualTo(2);
    }

    @Test
    void oneThatHasSentNoneOrNoneLatelyIsNot() {
        assertThat(GroupHealth.inTouch(List.of(heartbeat(-1.0), heartbeat(31.0), heartbeat(Double.NaN), Map.of())))
                .isZero();
    }

    private static Map<MetricName, Told> heartbeat(double secondsAgo) {
        MetricName other = new MetricName("heartbeat-total", "consumer-coordinator-metrics", "", Map.of());
        MetricName age = new MetricName("last-heartbeat-seconds-ago", "consumer-coordinator-metrics", "", Map.of());
        return Map.of(other, new Told(other, 1.0), age, new Told(age, secondsAgo));
    }
}
