package dev.aicredits.ledger;

import java.time.Duration;

/**
 * How long a month stays open to usage that occurred in it.
 *
 * <p>A closing refuses usage from before a time, so that an entry that has left the ledger is not booked again. A booking looks for
 * closings only where a line is old enough to be concerned, which costs the usual batch nothing; that is sound because nothing
 * younger is ever closed, by a margin for clocks that differ.
 */
public final class ClosedMonths {

    /** No closing reaches usage that occurred less than this ago, whatever the settings of those who take events. */
    public static final Duration AGE_MIN = Duration.ofDays(35);

    /** Lines that occurred longer ago than this are looked up. */
    static final Duration LOOKED_UP_AGE = Duration.ofDays(31);

    private ClosedMonths() {}
}
