package dev.aicredits.enforcer;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** A clock that runs at the pace of the real one, from wherever a test puts it. */
final class ManualClock extends Clock {

    private volatile long offsetMillis;

    ManualClock(Instant now) {
        set(now);
    }

    void set(Instant now) {
        offsetMillis = now.toEpochMilli() - System.currentTimeMillis();
    }

    @Override
    public Instant instant() {
        return Instant.ofEpochMilli(System.currentTimeMillis() + offsetMillis);
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException("this clock is UTC");
    }
}
