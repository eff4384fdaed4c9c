package dev.aicredits.ledger;

/**
 * One difference between what the ledger says and what its entries add up to.
 *
 * @param organizationId the text id; {@code #} and the key where entries have no organization
 * @param subject which entry, agent or external user
 * @param expected what the entries give
 * @param found what is stored
 */
public record AuditFinding(Kind kind, String organizationId, String subject, String expected, String found) {

    /** What differs. */
    public enum Kind {
        /** An entry does not follow the one before by one. */
        SEQUENCE,
        /** An entry's balance is not the one before plus its amount. */
        BALANCE_AFTER,
        /** The organization's balance is not the sum of its entries. */
        BALANCE,
        /** The organization's {@code entry_seq} is not the number of its entries. */
        ENTRY_COUNT,
        /** An agent's monthly spend or its count of entries. */
        AGENT_SPEND,
        /** An agent's spend of a product on a day, or its count of entries. */
        AGENT_DAILY_SPEND,
        /** An external user's monthly spend or its count of entries. */
        EXTERNAL_USER_SPEND,
        /** What a budget layer holds, or its count of holds, is not what the open holds add up to. */
        HELD,
        /** A closing does not follow the one before, or what stayed of its month does not lead to its balance. */
        CLOSING,
        /** An archive is not the one that was made, or what stayed of its month is not what it has. */
        ARCHIVE,
        /** What archived entries are of the totals, as the database keeps it. */
        ARCHIVED_SPEND,
        /** What archived entries are of the overshoot of a stop that lasted, as the database keeps it. */
        ARCHIVED_OVERSHOOT,
        /** A usage entry's amount is not what its rate card version gives for its counts. */
        AMOUNT
    }
}
