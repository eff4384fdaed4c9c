package dev.aicredits.messaging;

import java.time.Instant;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Says that an organization's budgets have changed, as a CloudEvent for {@code billing.ledger.v1}: {@code
 * {"organizationId","revision"}}. It goes with the ledger's changes because it is read by the same and must not overtake
 * them. A hint like those: it comes after the commit and may be lost.
 */
public final class BudgetChangeMessage {

    /** The CloudEvents type. */
    public static final String TYPE = "dev.aicredits.budgets.changed.v1";

    private static final int BYTES_EXPECTED = 96;

    private BudgetChangeMessage() {}

    /**
     * The record for {@code topic}, whose key is the organization's id.
     *
     * @param revision of {@code BudgetChange.Changed}
     * @param worker who changed them; it is the event's source
     */
    public static ProducerRecord<byte[], byte[]> of(
            String topic, String organizationId, long revision, String worker, Instant now) {
        byte[] data = EventData.object(BYTES_EXPECTED, json -> {
            json.writeStringProperty("organizationId", organizationId);
            json.writeNumberProperty("revision", revision);
        });
        return CloudEvents.record(
                topic, organizationId, TYPE, worker, organizationId + ":budgets:" + revision, now, data);
    }
}
