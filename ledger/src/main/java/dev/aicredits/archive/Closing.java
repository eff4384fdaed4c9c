package dev.aicredits.archive;

import java.time.Instant;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * One month of one organization: a stretch of its sequence, and where its balance stood before and after.
 *
 * @param organization its compact key
 * @param organizationId its text id
 * @param month the month's first day
 * @param openingBalanceNanos before {@code firstSeq}
 * @param closingBalanceNanos after {@code lastSeq}
 * @param usageEntries how many entries of the stretch are usage: these leave the ledger, the others stay
 * @param usageNanos their sum, zero or less
 * @param closedBefore usage that occurred earlier is not booked any more
 * @param fileSha256 of the archive file, in hexadecimal digits; null while the entries are in the ledger
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
        Instant closedBefore,
        @Nullable String fileSha256) {

    long entries() {
        return lastSeq - firstSeq + 1;
    }

    boolean isArchived() {
        return fileSha256 != null;
    }

    /** A part of its stretch, for reading entries; its figures are those of the whole. */
    Closing between(long first, long last) {
        return new Closing(
                organization,
                organizationId,
                month,
                first,
                last,
                openingBalanceNanos,
                closingBalanceNanos,
                usageEntries,
                usageNanos,
                closedBefore,
                fileSha256);
    }

    /** The same, as it was before its entries left. */
    Closing inLedger() {
        return new Closing(
                organization,
                organizationId,
                month,
                firstSeq,
                lastSeq,
                openingBalanceNanos,
                closingBalanceNanos,
                usageEntries,
                usageNanos,
                closedBefore,
                null);
    }
}
