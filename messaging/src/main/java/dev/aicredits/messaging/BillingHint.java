package dev.aicredits.messaging;

import dev.aicredits.control.Target;
import java.util.HashSet;
import java.util.Set;
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
 * @param targets whose spend or balance moved; empty for a change of budgets, which concerns all
 * @param producedAtMs when the oldest of the events that led to it was produced, in milliseconds since 1970; null if no
 *     event did
 */
public record BillingHint(
        String organizationId,
        @Nullable Long entrySeq,
        @Nullable Long previousEntrySeq,
        @Nullable Long revision,
        Set<Target> targets,
        @Nullable Long producedAtMs) {

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
                        targets(organizationId, data),
                        LedgerChangeMessage.producedAtMs(record));
            case BudgetChangeMessage.TYPE ->
                new BillingHint(organizationId, null, null, CloudEvents.requiredLong(data, "revision"), Set.of(), null);
            default -> throw new UnusableMessageException("the type is unknown");
        };
    }

    private static Set<Target> targets(String organizationId, JsonNode data) {
        Set<Target> targets = new HashSet<>();
        targets.add(Target.organization(organizationId));
        JsonNode spends = data.get("spends");
        if (spends == null || !spends.isArray()) {
            throw new UnusableMessageException("spends is no array");
        }
        for (JsonNode spend : spends) {
            targets.add(target(organizationId, spend));
        }
        return targets;
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
