package dev.aicredits.ledger;

/**
 * What a ledger entry records. Each kind moves one fixed pair of accounts, customer credits and the counter account
 * that table {@code entry_kind} names, and most have one sign (positive credits the customer).
 */
public enum EntryKind {
    USAGE(1, "usage"),
    TOP_UP(2, "top_up"),
    REFUND(3, "refund"),
    REFUND_REVERSAL(4, "refund_reversal"),
    DISPUTE(5, "dispute"),
    DISPUTE_REVERSAL(6, "dispute_reversal"),
    ADJUSTMENT(7, "adjustment");

    private final short code;
    private final String wireName;

    EntryKind(int code, String wireName) {
        this.code = (short) code;
        this.wireName = wireName;
    }

    /** The code in table {@code ledger_entry}. */
    public short code() {
        return code;
    }

    /** The name in views and on the wire. */
    public String wireName() {
        return wireName;
    }
}
