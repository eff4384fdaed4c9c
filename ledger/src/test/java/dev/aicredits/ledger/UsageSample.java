package dev.aicredits.ledger;

import dev.aicredits.money.Usd;
import dev.aicredits.rating.Rated.Priced;
import dev.aicredits.rating.Rating;
import dev.aicredits.usage.Consumption;
import dev.aicredits.usage.Consumption.Counted;
import dev.aicredits.usage.Consumption.Inference;
import dev.aicredits.usage.UsageEvent;
import dev.aicredits.usage.UsageKind;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A usage event in the making, immutable: a sound one to start with, and what a test wants different. */
record UsageSample(
        UUID key,
        String organization,
        String agent,
        @Nullable String user,
        Instant at,
        Consumption consumption,
        @Nullable Usd trustedCost) {

    static final Instant NOW = Instant.parse("2026-03-15T12:00:00.123456Z");

    /** 100 input tokens and 10 output tokens of {@code test/small} by {@code user_1}, under a key of its own. */
    static UsageSample of(String organization, String agent) {
        return new UsageSample(UUID.randomUUID(), organization, agent, "user_1", NOW, tokens(100, 0, 0, 10), null);
    }

    static Inference tokens(int input, int cached, int cacheCreation, int output) {
        return new Inference("test", "small", input, cached, cacheCreation, output);
    }

    UsageSample key(UUID other) {
        return new UsageSample(other, organization, agent, user, at, consumption, trustedCost);
    }

    UsageSample organization(String other) {
        return new UsageSample(key, other, agent, user, at, consumption, trustedCost);
    }

    UsageSample agent(String other) {
        return new UsageSample(key, organization, other, user, at, consumption, trustedCost);
    }

    UsageSample user(String other) {
        return new UsageSample(key, organization, agent, other, at, consumption, trustedCost);
    }

    UsageSample anonymous() {
        return new UsageSample(key, organization, agent, null, at, consumption, trustedCost);
    }

    UsageSample at(String other) {
        return at(Instant.parse(other));
    }

    UsageSample at(Instant other) {
        return new UsageSample(key, organization, agent, user, other, consumption, trustedCost);
    }

    UsageSample used(Consumption other) {
        return new UsageSample(key, organization, agent, user, at, other, trustedCost);
    }

    UsageSample toolCalls(int quantity) {
        return used(new Counted(UsageKind.TOOL_CALL, "call", quantity));
    }

    UsageSample trusted(String usd) {
        return new UsageSample(key, organization, agent, user, at, consumption, Usd.of(usd));
    }

    UsageEvent event() {
        return new UsageEvent(key, organization, agent, user, at, consumption, trustedCost);
    }

    RatedUsage ratedBy(Rating rating) {
        return new RatedUsage(event(), (Priced) rating.rate(event()));
    }
}
