package dev.aicredits.messaging;

import dev.aicredits.ledger.LedgerChange;
import dev.aicredits.ledger.LedgerChange.Scope;
import dev.aicredits.ledger.LedgerChange.Spend;
import dev.aicredits.money.Usd;
import java.time.Instant;
import java.time.LocalDate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/**
 * A ledger change as a CloudEvent in binary mode: {@code {"organizationId","entrySeq","previousEntrySeq",
 * "balanceUsd","spends":[{"scope","agentId","externalUserId"?,"windowStart","spentUsd"}]}}. Its id is the organization and the sequence: the
 * same state, published twice, is the same event.
 */
public final class LedgerChangeMessage {

    /** The CloudEvents type. */
    static final String TYPE = "dev.aicredits.ledger.changed.v1";

    private static final String PRODUCED_AT = "produced_at_ms";

    private LedgerChangeMessage() {}

    /**
     * The record for {@code topic}, whose key is the organization's id.
     *
     * @param worker who booked, such as {@code usage-consumer}; it is the event's source
     */
    public static ProducerRecord<byte[], byte[]> of(String topic, LedgerChange change, String worker, Instant now) {
        return CloudEvents.record(
                topic,
                change.organizationId(),
                TYPE,
                worker,
                change.organizationId() + ":" + change.entrySeq(),
                now,
                body(change));
    }

    /**
     * The same, of events that were produced: the header {@code produced_at_ms} says when the oldest of the batch was, in
     * milliseconds since 1970, so that who acts on the change can tell how long all of it took.
     */
    public static ProducerRecord<byte[], byte[]> of(
            String topic, LedgerChange change, String worker, Instant now, long producedAtMs) {
        ProducerRecord<byte[], byte[]> record = of(topic, change, worker, now);
        record.headers().add(PRODUCED_AT, CloudEvents.bytes(Long.toString(producedAtMs)));
        return record;
    }

    /** When the oldest of the events behind a change was produced; null if the record does not say so. */
    static @Nullable Long producedAtMs(ConsumerRecord<byte[], byte[]> record) {
        String text = CloudEvents.text(record.headers(), PRODUCED_AT);
        try {
            return text == null ? null : Long.valueOf(text);
        } catch (NumberFormatException e) {
            throw new UnusableMessageException(PRODUCED_AT + " is no number");
        }
    }

    private static byte[] body(LedgerChange change) {
        return EventData.object(128 + 128 * change.spends().size(), json -> {
            json.writeStringProperty("organizationId", change.organizationId());
            json.writeNumberProperty("entrySeq", change.entrySeq());
            json.writeNumberProperty("previousEntrySeq", change.previousEntrySeq());
            EventData.writeUsd(json, "balanceUsd", Usd.ofNanos(change.balanceNanos()));
            json.writeArrayPropertyStart("spends");
            Months months = new Months();
            for (Spend spend : change.spends()) {
                write(json, spend, months);
            }
            json.writeEndArray();
        });
    }

    private static void write(JsonGenerator json, Spend spend, Months months) {
        json.writeStartObject();
        json.writeStringProperty("scope", scope(spend.scope()));
        json.writeStringProperty("agentId", spend.agentId());
        if (spend.externalUserId() != null) {
            json.writeStringProperty("externalUserId", spend.externalUserId());
        }
        json.writeStringProperty("windowStart", months.text(spend.windowStart()));
        EventData.writeUsd(json, "spentUsd", Usd.ofNanos(spend.spentNanos()));
        json.writeEndObject();
    }

    private static String scope(Scope scope) {
        return switch (scope) {
            case AGENT -> "agent";
            case EXTERNAL_USER -> "external_user";
            case ANONYMOUS -> "anonymous";
        };
    }

    /** Writes dates; nearly all of a change's are one. */
    private static final class Months {
        private LocalDate last = LocalDate.EPOCH;
        private String lastText = last.toString();

        String text(LocalDate date) {
            if (!date.equals(last)) {
                last = date;
                lastText = date.toString();
            }
            return lastText;
        }
    }
}
