package dev.aicredits.credits;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an organization has, and how it came to that.
 *
 * @param balanceUsd what is left; below zero by what was already running when credits ran out
 * @param purchasedUsd all that was ever bought
 * @param usedUsd all that agents ever used
 * @param refundedUsd what of it went back, positive
 * @param disputedUsd what of it is withdrawn by disputes, positive
 * @param adjustedUsd corrections, signed
 * @param monthToDateSpendUsd used since the first of the UTC month
 * @param status {@code healthy}, {@code low} or {@code exhausted}
 * @param runwayDays for how many days the balance lasts at the pace of the last seven; null if nothing was used in them
 * @param entrySeq the number of the newest entry that is in it
 */
record CreditsSummary(
        BigDecimal balanceUsd,
        BigDecimal purchasedUsd,
        BigDecimal usedUsd,
        BigDecimal refundedUsd,
        BigDecimal disputedUsd,
        BigDecimal adjustedUsd,
        BigDecimal monthToDateSpendUsd,
        List<BigDecimal> topUpOptionsUsd,
        String status,
        @Nullable Purchase lastPurchase,
        @Nullable Long runwayDays,
        String currency,
        long entrySeq,
        Instant updatedOn) {

    /** The newest top-up. */
    record Purchase(String ledgerEntryId, BigDecimal amountUsd, Instant createdOn) {}
}
