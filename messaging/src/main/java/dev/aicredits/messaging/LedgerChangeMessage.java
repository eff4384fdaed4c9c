package dev.aicredits.messaging;

import dev.aicredits.ledger.LedgerChange;
import dev.aicredits.ledger.LedgerChange.Scope;
import dev.aicredits.ledger.LedgerChange.Spend;
import dev.aicredits.money.Usd;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * A ledger change as a CloudEvent in binary mode: {@code {"organizationId","entrySeq","balanceUsd","spends":
 * [{"scope","agentId","externalUserId"?,"windowStart","spentUsd"}]}}. Its id is the organization and the sequence: the
 * same state, published twice, is the same event.
 */
public final class LedgerChangeMessage {

    private static final JsonFactory JSON = new JsonFactory();
    private static final byte[] SPEC_VERSION = bytes("1.0");
    private static final byte[] TYPE = bytes("dev.aicredits.ledger.changed.v1");
    private static final byte[] CONTENT_TYPE = bytes("application/json");

    private LedgerChangeMessage() {}

    /**
     * The record for {@code topic}, whose key is the organization's id.
     *
     * @param worker who booked, such as {@code usage-consumer}; it is the event's source
     */
    public static ProducerRecord<byte[], byte[]> of(String topic, LedgerChange change, String worker, Instant now) {
        RecordHeaders headers = new RecordHeaders();
        headers.add("ce_specversion", SPEC_VERSION);
        headers.add("ce_type", TYPE);
        headers.add("ce_source", bytes("/aicredits/" + worker));
        headers.add("ce_id", bytes(change.organizationId() + ":" + change.entrySeq()));
        headers.add("ce_time", bytes(now.toString()));
        headers.add("content-type", CONTENT_TYPE);
        return new ProducerRecord<>(topic, null, bytes(change.organizationId()), body(change), headers);
    }

    private static byte[] body(LedgerChange change) {
        ByteArrayOutputStream out =
                new ByteArrayOutputStream(128 + 128 * change.spends().size());
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
            json.writeStartObject();
            json.writeStringProperty("organizationId", change.organizationId());
            json.writeNumberProperty("entrySeq", change.entrySeq());
            writeUsd(json, "balanceUsd", change.balanceNanos());
            json.writeArrayPropertyStart("spends");
            Months months = new Months();
            for (Spend spend : change.spends()) {
                write(json, spend, months);
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        return out.toByteArray();
    }

    private static void write(JsonGenerator json, Spend spend, Months months) {
        json.writeStartObject();
        json.writeStringProperty("scope", scope(spend.scope()));
        json.writeStringProperty("agentId", spend.agentId());
        if (spend.externalUserId() != null) {
            json.writeStringProperty("externalUserId", spend.externalUserId());
        }
        json.writeStringProperty("windowStart", months.text(spend.windowStart()));
        writeUsd(json, "spentUsd", spend.spentNanos());
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

    /** As a number, from integers: no floating point, no exponent. */
    private static void writeUsd(JsonGenerator json, String name, long nanos) {
        json.writeName(name);
        json.writeNumber(Usd.ofNanos(nanos).toString());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
