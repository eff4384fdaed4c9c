package dev.aicredits.ledger;

/**
 * Where an organization's ledger stands.
 *
 * @param entrySeq the last entry's place; 0 if there is none
 * @param balanceNanos the balance after it
 */
record Position(long entrySeq, long balanceNanos) {}
