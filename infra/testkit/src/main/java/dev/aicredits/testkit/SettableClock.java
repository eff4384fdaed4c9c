package dev.aicredits.testkit;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** A clock that stands still until a test moves it. */
public final class SettableClock extends Clock {

    private volatile Instant now;

    /** Shows {@code now}, such as {@code 2026-03-15T12:00:00Z}. */
    public SettableClock(String now) {
        this.now = Instant.parse(now);
    }

    /** Shows {@code time} from now on. */
    public void set(String time) {
        now = Instant.parse(time);
    }

    /** Moves on, or back by what is negative. */
    public void advance(Duration by) {
        now = now.plus(by);
    }

    @Override
    public Instant instant() {
        return now;
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException("everything is in UTC");
    }
}
