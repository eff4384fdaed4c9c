package dev.aicredits.ledger;

import dev.aicredits.money.Usd;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One entry that is not usage.
 *
 * @param amount signed as the customer sees it: positive credits them; its sign must be the kind's
 * @param dedupeKey at most one entry of the organization has it
 * @param keyBefore under which a version before would have booked it; what is not usage and has it stands for this entry. Null
 *     if there is none
 * @param checkoutSessionId of a top-up
 * @param refundId of a refund or its reversal
 * @param disputeId of a dispute or its reversal
 * @param description shown on the statement; required of an adjustment: its reason
 */
public record NewEntry(
        String organizationId,
        EntryKind kind,
        Usd amount,
        UUID dedupeKey,
        @Nullable UUID keyBefore,
        Instant occurredAt,
        @Nullable String checkoutSessionId,
        @Nullable String refundId,
        @Nullable String disputeId,
        @Nullable String description) {

    /** Refuses what no entry may be: usage without its counts, an amount of the wrong sign, a missing reference. */
    public NewEntry {
        if (!fits(kind, amount.nanos(), checkoutSessionId, refundId, disputeId, description)) {
            throw new IllegalArgumentException("no " + kind.wireName() + " entry: wrong sign or missing reference");
        }
    }

    /** An entry that no version before has booked under another key. */
    public NewEntry(
            String organizationId,
            EntryKind kind,
            Usd amount,
            UUID dedupeKey,
            Instant occurredAt,
            @Nullable String checkoutSessionId,
            @Nullable String refundId,
            @Nullable String disputeId,
            @Nullable String description) {
        this(
                organizationId,
                kind,
                amount,
                dedupeKey,
                null,
                occurredAt,
                checkoutSessionId,
                refundId,
                disputeId,
                description);
    }

    /** Credits that were bought. */
    public static NewEntry topUp(
            String organizationId, Usd amount, UUID dedupeKey, Instant occurredAt, String checkoutSessionId) {
        return new NewEntry(
                organizationId,
                EntryKind.TOP_UP,
                amount,
                dedupeKey,
                occurredAt,
                checkoutSessionId,
                null,
                null,
                "AI credits purchased");
    }

    /** A correction, either way, with its reason. */
    public static NewEntry adjustment(
            String organizationId, Usd amount, UUID dedupeKey, Instant occurredAt, String reason) {
        return new NewEntry(
                organizationId, EntryKind.ADJUSTMENT, amount, dedupeKey, occurredAt, null, null, null, reason);
    }

    /** The same entry, which a version before would have booked under {@code key}. */
    public NewEntry withKeyBefore(UUID key) {
        return new NewEntry(
                organizationId,
                kind,
                amount,
                dedupeKey,
                key,
                occurredAt,
                checkoutSessionId,
                refundId,
                disputeId,
                description);
    }

    private static boolean fits(
            EntryKind kind,
            long nanos,
            @Nullable String checkoutSessionId,
            @Nullable String refundId,
            @Nullable String disputeId,
            @Nullable String description) {
        return switch (kind) {
            case USAGE -> false;
            case TOP_UP -> nanos > 0 && checkoutSessionId != null;
            case REFUND -> nanos < 0 && refundId != null;
            case REFUND_REVERSAL -> nanos > 0 && refundId != null;
            case DISPUTE -> nanos < 0 && disputeId != null;
            case DISPUTE_REVERSAL -> nanos > 0 && disputeId != null;
            case ADJUSTMENT -> nanos != 0 && description != null && !description.isBlank();
        };
    }
}
