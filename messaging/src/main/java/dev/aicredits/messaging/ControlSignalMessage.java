package dev.aicredits.messaging;

import dev.aicredits.control.ControlSignal;
import dev.aicredits.control.Target;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;

/**
 * A stop or resume signal as a CloudEvent: {@code {"organizationId","agentId"?,"externalUserId"?,"scope","reason",
 * "version","limitUsd"?,"spentUsd"?,"balanceUsd","windowEndUtc"?,"cause","causedBy"?,"decidedAt"}}. Its key is the
 * target's, its id key and version: a signal published twice is the same event.
 */
public final class ControlSignalMessage {

    private static final String WORKER = "budget-enforcer";
    private static final int BYTES_EXPECTED = 512;

    private ControlSignalMessage() {}

    /** The record for {@code topic}. */
    public static ProducerRecord<byte[], byte[]> of(String topic, ControlSignal signal) {
        String key = signal.target().key();
        return CloudEvents.record(
                topic,
                key,
                signal.stops() ? ControlSignal.STOP_TYPE : ControlSignal.RESUME_TYPE,
                WORKER,
                key + ":" + signal.version(),
                signal.decidedAt(),
                EventData.object(BYTES_EXPECTED, json -> write(json, signal)));
    }

    private static void write(JsonGenerator json, ControlSignal signal) {
        Target target = signal.target();
        EventData.write(json, target);
        json.writeStringProperty("reason", target.layer().reason());
        json.writeNumberProperty("version", signal.version());
        EventData.writeOptional(json, "limitUsd", signal.limit());
        EventData.writeOptional(json, "spentUsd", signal.spent());
        EventData.writeUsd(json, "balanceUsd", signal.balance());
        EventData.writeOptional(json, "windowEndUtc", signal.windowEndUtc());
        json.writeStringProperty("cause", signal.cause());
        EventData.writeOptional(json, "causedBy", signal.causedBy());
        json.writeStringProperty("decidedAt", signal.decidedAt().toString());
    }

    /**
     * The signal of a record.
     *
     * @throws UnusableMessageException if it is none
     */
    public static ControlSignal read(ConsumerRecord<byte[], byte[]> record) {
        CloudEvents.Read event = CloudEvents.read(record);
        JsonNode data = event.data();
        ControlSignal signal = new ControlSignal(
                EventData.target(data),
                CloudEvents.requiredLong(data, "version"),
                EventData.usd(data, "limitUsd"),
                EventData.usd(data, "spentUsd"),
                EventData.requiredUsd(data, "balanceUsd"),
                EventData.time(data, "windowEndUtc"),
                CloudEvents.requiredText(data, "cause"),
                CloudEvents.text(data, "causedBy"),
                EventData.requiredTime(data, "decidedAt"));
        if (!event.type().equals(signal.stops() ? ControlSignal.STOP_TYPE : ControlSignal.RESUME_TYPE)) {
            throw new UnusableMessageException("type and version do not fit together");
        }
        return signal;
    }
}
