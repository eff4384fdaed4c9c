package dev.aicredits.ledger;

import java.util.List;

/** Rolls a booking back whose lines occurred in a month that is closed. */
final class ClosedMonthException extends RuntimeException {

    private final transient List<UsageLine> lines;

    ClosedMonthException(List<UsageLine> lines) {
        super("usage of a closed month", null, false, false);
        this.lines = lines;
    }

    List<UsageLine> lines() {
        return lines;
    }
}
