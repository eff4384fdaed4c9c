package dev.aicredits.ledger;

import dev.aicredits.rating.Rated.Priced;
import dev.aicredits.usage.UsageEvent;

/** A usage event with its price, ready to be booked. */
public record RatedUsage(UsageEvent event, Priced price) {}
