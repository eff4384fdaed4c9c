package dev.aicredits.messaging;

import dev.aicredits.control.BudgetAlert;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;

/**
 * A budget alert as a CloudEvent: {@code {"organizationId","agentId"?,"externalUserId"?,"scope","window","percent",
 * "limitUsd","spentUsd","balanceUsd","windowEndUtc"?,"raisedAt"}}, keyed by organization. Its id is target, window and
 * percent: an alert published twice is the same event.
 */
public final class BudgetAlertMessage {

    private static final String WORKER = "budget-enforcer";
    private static final int BYTES_EXPECTED = 384;

    private BudgetAlertMessage() {}

    /** The record for {@code topic}. */
    public static ProducerRecord<byte[], byte[]> of(String topic, BudgetAlert alert) {
        return CloudEvents.record(
                topic,
                alert.target().organizationId(),
                BudgetAlert.TYPE,
                WORKER,
                alert.target().key() + ":" + alert.window() + ":" + alert.percent(),
                alert.raisedAt(),
                EventData.object(BYTES_EXPECTED, json -> write(json, alert)));
    }

    private static void write(JsonGenerator json, BudgetAlert alert) {
        EventData.write(json, alert.target());
        json.writeNumberProperty("window", alert.window());
        json.writeNumberProperty("percent", alert.percent());
        EventData.writeUsd(json, "limitUsd", alert.limit());
        EventData.writeUsd(json, "spentUsd", alert.spent());
        EventData.writeUsd(json, "balanceUsd", alert.balance());
        EventData.writeOptional(json, "windowEndUtc", alert.windowEndUtc());
        json.writeStringProperty("raisedAt", alert.raisedAt().toString());
    }

    /**
     * The alert of a record.
     *
     * @throws UnusableMessageException if it is none
     */
    public static BudgetAlert read(ConsumerRecord<byte[], byte[]> record) {
        JsonNode data = CloudEvents.read(record).data();
        return new BudgetAlert(
                EventData.target(data),
                CloudEvents.requiredLong(data, "window"),
                Math.toIntExact(CloudEvents.requiredLong(data, "percent")),
                EventData.requiredUsd(data, "limitUsd"),
                EventData.requiredUsd(data, "spentUsd"),
                EventData.requiredUsd(data, "balanceUsd"),
                EventData.time(data, "windowEndUtc"),
                EventData.requiredTime(data, "raisedAt"));
    }
}
