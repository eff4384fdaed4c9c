package dev.aicredits.stripe;

import java.time.Instant;

/** A time span in whole seconds: from {@code from} on, before {@code until}. */
public record StripePeriod(Instant from, Instant until) {}
