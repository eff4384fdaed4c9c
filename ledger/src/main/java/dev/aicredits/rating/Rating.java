package dev.aicredits.rating;

import dev.aicredits.rating.Rated.Priced;
import dev.aicredits.rating.Rated.TooExpensive;
import dev.aicredits.rating.Rated.Unrated;
import dev.aicredits.usage.Consumption;
import dev.aicredits.usage.Consumption.Counted;
import dev.aicredits.usage.Consumption.Inference;
import dev.aicredits.usage.UsageEvent;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Answers what usage costs, from all versions of the rate card.
 *
 * <p>The version that decides is the highest one in force when the usage happened. An entry that stores its counts and
 * its version can therefore be rated again, at any time, to the same amount: {@link #rate(Consumption, int)}.
 *
 * <p>Amounts are summed exactly, in millionths of a nano-USD, and rounded once, half up.
 */
public final class Rating {

    /** The most one event may cost: 100,000 USD. A greater cost is a broken count or price, not usage. */
    public static final long COST_NANOS_MAX = 100_000L * 1_000_000_000L;

    private static final long PRICE_UNITS = 1_000_000L;
    private static final Unrated UNRATED = new Unrated();
    private static final TooExpensive TOO_EXPENSIVE = new TooExpensive();

    private final List<RateCard> newestFirst;
    private final Map<Integer, RateCard> byVersion = new HashMap<>();

    /** Rates by {@code cards}, in any order. */
    public Rating(List<RateCard> cards) {
        this.newestFirst = cards.stream()
                .sorted(Comparator.comparingInt(RateCard::version).reversed())
                .toList();
        cards.forEach(card -> byVersion.put(card.version(), card));
    }

    /** The highest version it knows; 0 if it knows none. */
    public int newestVersion() {
        return newestFirst.isEmpty() ? 0 : newestFirst.get(0).version();
    }

    /** What {@code event} costs: what its trusted source says, else what the version then in force says. */
    public Rated rate(UsageEvent event) {
        if (event.trustedCost() != null) {
            return bounded(event.trustedCost().nanos(), Priced.TRUSTED);
        }
        return inForce(event.occurredAt())
                .map(card -> rate(event.consumption(), card))
                .orElse(UNRATED);
    }

    /** What {@code consumption} costs by that very version: the second calculation of a stored entry. */
    public Rated rate(Consumption consumption, int version) {
        RateCard card = byVersion.get(version);
        return card == null ? UNRATED : rate(consumption, card);
    }

    private Optional<RateCard> inForce(Instant occurredAt) {
        for (RateCard card : newestFirst) {
            if (!card.effectiveFrom().isAfter(occurredAt)) {
                return Optional.of(card);
            }
        }
        return Optional.empty();
    }

    private static Rated rate(Consumption consumption, RateCard card) {
        if (consumption instanceof Inference inference) {
            return rate(inference, card);
        }
        return rate((Counted) consumption, card);
    }

    private static Rated rate(Counted counted, RateCard card) {
        Long price = card.units().getOrDefault(counted.kind(), Map.of()).get(counted.unit());
        return price == null ? UNRATED : bounded(costNanos(counted.quantity(), price), card.version());
    }

    private static Rated rate(Inference inference, RateCard card) {
        TokenPrices listed =
                card.models().getOrDefault(inference.provider(), Map.of()).get(inference.model());
        if (listed == null) {
            return UNRATED;
        }
        TokenPrices prices = listed.forInput(inference.inputTokens());
        Long output = prices.output();
        if (output == null && inference.outputTokens() > 0) {
            return UNRATED;
        }
        return bounded(
                costNanos(
                        inference.plainInputTokens(), prices.input(),
                        inference.cachedInputTokens(), prices.cachedInputOrInput(),
                        inference.cacheCreationInputTokens(), prices.cacheCreationOrInput(),
                        inference.outputTokens(), output == null ? 0 : output),
                card.version());
    }

    /**
     * The sum of count times price over the pairs, rounded once; {@link Long#MAX_VALUE} where it does not fit, which is
     * over {@link #COST_NANOS_MAX} too.
     */
    private static long costNanos(long... countsAndPrices) {
        long millionths = 0;
        for (int i = 0; i < countsAndPrices.length; i += 2) {
            long product = countsAndPrices[i] * countsAndPrices[i + 1];
            boolean fits = Math.multiplyHigh(countsAndPrices[i], countsAndPrices[i + 1]) == 0 && product >= 0;
            millionths += product;
            if (!fits || millionths < 0) {
                return wideCostNanos(countsAndPrices);
            }
        }
        long whole = millionths / PRICE_UNITS;
        return millionths % PRICE_UNITS >= PRICE_UNITS / 2 ? whole + 1 : whole;
    }

    /** The same sum where 64 bits are too few for its intermediate results. */
    private static long wideCostNanos(long... countsAndPrices) {
        BigInteger sum = BigInteger.valueOf(PRICE_UNITS / 2);
        for (int i = 0; i < countsAndPrices.length; i += 2) {
            sum = sum.add(BigInteger.valueOf(countsAndPrices[i]).multiply(BigInteger.valueOf(countsAndPrices[i + 1])));
        }
        BigInteger nanos = sum.divide(BigInteger.valueOf(PRICE_UNITS));
        return nanos.bitLength() < Long.SIZE ? nanos.longValue() : Long.MAX_VALUE;
    }

    private static Rated bounded(long costNanos, int version) {
        return costNanos > COST_NANOS_MAX ? TOO_EXPENSIVE : new Priced(costNanos, version);
    }
}
