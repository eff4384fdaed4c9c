package dev.aicredits.hold;

import dev.aicredits.money.Usd;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What somebody wants reserved. The same request may come again: its {@code id} says so.
 *
 * @param externalUserId for whom the agent will run; null for an anonymous run
 * @param amount more than nothing, at most {@link #AMOUNT_MAX}
 * @param lasts how long it holds unless it is ended before, whole seconds up to {@link #LASTS_MAX}
 */
public record HoldRequest(UUID id, String agentId, @Nullable String externalUserId, Usd amount, Duration lasts) {

    /** The most that one hold reserves: a hundred thousand dollars, as much as one event may cost. */
    public static final Usd AMOUNT_MAX = Usd.of("100000");

    /** The longest that a hold lasts. */
    public static final Duration LASTS_MAX = Duration.ofDays(1);

    /** How long a hold lasts that does not say. */
    public static final Duration LASTS_UNLESS_TOLD = Duration.ofMinutes(15);

    /** Refuses what no hold may be. */
    public HoldRequest {
        if (amount.compareTo(Usd.ZERO) <= 0 || amount.compareTo(AMOUNT_MAX) > 0) {
            throw new IllegalArgumentException("the amount of a hold is out of range");
        }
        boolean whole = lasts.equals(Duration.ofSeconds(lasts.toSeconds()));
        if (!whole || lasts.compareTo(Duration.ofSeconds(1)) < 0 || lasts.compareTo(LASTS_MAX) > 0) {
            throw new IllegalArgumentException("the length of a hold is out of range");
        }
    }
}
