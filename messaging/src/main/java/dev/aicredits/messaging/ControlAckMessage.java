package dev.aicredits.messaging;

import dev.aicredits.control.ControlAck;
import java.time.Instant;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * The platform's acknowledgement of a signal as a CloudEvent: {@code {"organizationId","agentId"?,"externalUserId"?,
 * "scope","version"}}, keyed as the signal is.
 */
public final class ControlAckMessage {

    private static final int BYTES_EXPECTED = 256;

    private ControlAckMessage() {}

    /**
     * The record for {@code topic}.
     *
     * @param source who obeys, the last part of the event's source
     */
    public static ProducerRecord<byte[], byte[]> of(String topic, ControlAck ack, String source, Instant now) {
        String key = ack.target().key();
        byte[] data = EventData.object(BYTES_EXPECTED, json -> {
            EventData.write(json, ack.target());
            json.writeNumberProperty("version", ack.version());
        });
        return CloudEvents.record(topic, key, ControlAck.TYPE, source, key + ":" + ack.version(), now, data);
    }

    /**
     * The acknowledgement of a record.
     *
     * @throws UnusableMessageException if it is none
     */
    public static ControlAck read(ConsumerRecord<byte[], byte[]> record) {
        CloudEvents.Read event = CloudEvents.read(record);
        if (!event.type().equals(ControlAck.TYPE)) {
            throw new UnusableMessageException("the type is no acknowledgement");
        }
        return new ControlAck(EventData.target(event.data()), CloudEvents.requiredLong(event.data(), "version"));
    }
}
