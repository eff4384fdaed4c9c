package dev.aicredits.messaging;

import dev.aicredits.control.Target;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What a message of {@code billing.ledger.v1} says to look at.
 *
 * @param organizationId whose state is another
 * @param entrySeq the ledger's sequence that it knows of; null for a change of budgets
 * @param previousEntrySeq the sequence that it tells all movements since; null for a change of budgets
 * @param revision the budgets' revision that it knows of; null for a change of the ledger
 * @param moved whose spend or balance moved; empty for a change of budgets, which concerns all
 * @param producedAtMs when the oldest of the events that led to it was produced, in milliseconds since 1970; null if no
 *     event did
 */
public record BillingHint(
        String organizationId,
        @Nullable Long entrySeq,
        @Nullable Long previousEntrySeq,
        @Nullable Long revision,
        List<Moved> moved,
        @Nullable Long producedAtMs) {

    /**
     * A target's spend in a month, or an organization's balance, as it was after the change.
     *
     * @param windowStart the month's first day; null for a balance
     * @param nanos the month's spend, or the balance, in nano-USD
     */
    public record Moved(Target target, @Nullable LocalDate windowStart, long nanos) {}

    /**
     * Reads a message of either type.
     *
     * @throws UnusableMessageException if it is neither
     */
    public static BillingHint read(ConsumerRecord<byte[], byte[]> record) {
        CloudEvents.Read event = CloudEvents.read(record);
        JsonNode data = event.data();
        String organizationId = CloudEvents.requiredText(data, "organizationId");
        return switch (event.type()) {
            case LedgerChangeMessage.TYPE ->
                new BillingHint(
                        organizationId,
                        CloudEvents.requiredLong(data, "entrySeq"),
                        CloudEvents.requiredLong(data, "previousEntrySeq"),
                        null,
                        moved(organizationId, data),
                        LedgerChangeMessage.producedAtMs(record));
            case BudgetChangeMessage.TYPE ->
                new BillingHint(
                        organizationId, null, null, CloudEvents.requiredLong(data, "revision"), List.of(), null);
            default -> throw new UnusableMessageException("the type is unknown");
        };
    }

    private static List<Moved> moved(String organizationId, JsonNode data) {
        JsonNode spends = data.get("spends");
        if (spends == null || !spends.isArray()) {
            throw new UnusableMessageException("spends is no array");
        }
        List<Moved> moved = new ArrayList<>(1 + spends.size());
        moved.add(new Moved(
                Target.organization(organizationId),
                null,
                EventData.requiredUsd(data, "balanceUsd").nanos()));
        for (JsonNode spend : spends) {
            moved.add(new Moved(
                    target(organizationId, spend),
                    date(spend, "windowStart"),
                    EventData.requiredUsd(spend, "spentUsd").nanos()));
        }
        return moved;
    }

    private static LocalDate date(JsonNode data, String field) {
        try {
            return LocalDate.parse(CloudEvents.requiredText(data, field));
        } catch (DateTimeException e) {
            throw new UnusableMessageException(field + " is no date");
        }
    }

    private static Target target(String organizationId, JsonNode spend) {
        String agentId = CloudEvents.requiredText(spend, "agentId");
        return switch (CloudEvents.requiredText(spend, "scope")) {
            case "agent" -> Target.agent(organizationId, agentId);
            case "anonymous" -> Target.anonymous(organizationId, agentId);
            case "external_user" ->
                Target.externalUser(organizationId, agentId, CloudEvents.requiredText(spend, "externalUserId"));
            default -> throw new UnusableMessageException("a spend's scope is unknown");
        };
    }
}
