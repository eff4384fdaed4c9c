package dev.aicredits.credits;

import java.math.BigDecimal;

/**
 * What is not in the ledger any more, but in the operators' archive: the usage up to an entry. Purchases, refunds, disputes and
 * adjustments stay, and totals count everything.
 *
 * @param throughId the number of the last entry
 * @param throughMonth the last archived month, such as {@code 2026-07}
 * @param balanceAfterUsd the balance after that entry, from which the ledger goes on
 */
public record ArchivedPart(String throughId, String throughMonth, BigDecimal balanceAfterUsd) {
    long throughSeq() {
        return Long.parseLong(throughId);
    }
}
