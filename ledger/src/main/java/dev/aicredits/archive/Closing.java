package dev.aicredits.archive;

import java.time.Instant;
import java.time.LocalDate;

/**
 * One month of one organization: a stretch of its sequence, and where its balance stood before and after. It never changes.
 *
 * @param organization its compact key
 * @param organizationId its text id
 * @param month the month's first day
 * @param openingBalanceNanos before {@code firstSeq}
 * @param closingBalanceNanos after {@code lastSeq}
 * @param usageEntries how many entries of the stretch are usage: these leave the ledger, the others stay
 * @param usageNanos their sum, zero or less
 * @param closedBefore usage that occurred earlier is not booked any more
 */
record Closing(
        long organization,
        String organizationId,
        LocalDate month,
        long firstSeq,
        long lastSeq,
        long openingBalanceNanos,
        long closingBalanceNanos,
        long usageEntries,
        long usageNanos,
        Instant closedBefore) {

    long entries() {
        return lastSeq - firstSeq + 1;
    }
}
