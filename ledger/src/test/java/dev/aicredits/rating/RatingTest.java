package dev.aicredits.rating;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicredits.money.Usd;
import dev.aicredits.rating.Rated.Priced;
import dev.aicredits.rating.Rated.TooExpensive;
import dev.aicredits.rating.Rated.Unrated;
import dev.aicredits.rating.TokenPrices.LongContext;
import dev.aicredits.usage.Consumption;
import dev.aicredits.usage.Consumption.Counted;
import dev.aicredits.usage.Consumption.Inference;
import dev.aicredits.usage.UsageEvent;
import dev.aicredits.usage.UsageKind;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RatingTest {

    private static final Instant NOW = Instant.parse("2026-03-15T12:00:00Z");
    private static final long PRICE_MAX = 10_000L * Usd.NANOS_PER_USD;

    // 2.50 USD a million input tokens, a tenth of it cached, a quarter more for cache creation, 10 USD output.
    private static final TokenPrices FULL = new TokenPrices(
            2_500_000_000L,
            250_000_000L,
            3_125_000_000L,
            10_000_000_000L,
            new LongContext(200_000, new TokenPrices(5_000_000_000L, null, null, 20_000_000_000L, null)));
    private static final TokenPrices EMBEDDING = new TokenPrices(20_000_000L, null, null, null, null);

    private final Rating rating = new Rating(List.of(card(1, NOW.minusSeconds(60), FULL)));

    @ParameterizedTest
    @CsvSource({
        "1000, 0, 0, 0, 2500000",
        "1000, 1000, 0, 0, 250000",
        "1000, 0, 1000, 0, 3125000",
        "0, 0, 0, 1000, 10000000",
        "1000, 300, 200, 100, 2950000",
        "0, 0, 0, 0, 0",
        "200000, 0, 0, 0, 500000000",
        "200001, 0, 0, 0, 1000005000",
        "200001, 100000, 1, 1, 1000025000",
        "200000, 0, 0, 1, 500010000"
    })
    void everyMeterHasItsPriceAndALongContextItsOwn(int input, int cached, int creation, int output, long nanos) {
        assertThat(rating.rate(event(new Inference("p", "full", input, cached, creation, output))))
                .isEqualTo(new Priced(nanos, 1));
    }

    @Test
    void cachedTokensCostWhatPlainOnesDoWhereTheirMeterIsAbsent() {
        assertThat(rating.rate(event(new Inference("p", "embedding", 1_000_000, 400_000, 600_000, 0))))
                .isEqualTo(new Priced(20_000_000, 1));
    }

    @ParameterizedTest
    @CsvSource({
        "1, 499999, 0",
        "1, 500000, 1",
        "1, 999999, 1",
        "1, 1000000, 1",
        "1, 1499999, 1",
        "1, 1500000, 2",
        "3, 500000, 2",
        "1, 1, 0",
        "500000, 1, 1",
        "499999, 1, 0"
    })
    void anAmountIsRoundedHalfUp(int tokens, long nanosPerMillion, long nanos) {
        Rating byPrice = new Rating(List.of(card(1, NOW, new TokenPrices(nanosPerMillion, null, null, null, null))));

        assertThat(byPrice.rate(event(new Inference("p", "full", tokens, 0, 0, 0))))
                .isEqualTo(new Priced(nanos, 1));
    }

    @Test
    void roundingHappensOnceOverAllMeters() {
        TokenPrices thirds = new TokenPrices(400_000L, 400_000L, 400_000L, 400_000L, null);
        Rating byThirds = new Rating(List.of(card(1, NOW, thirds)));

        // 0.4 nano four times: 1.6, which is 2; rounded each time it would be 0.
        assertThat(byThirds.rate(event(new Inference("p", "full", 3, 1, 1, 1)))).isEqualTo(new Priced(2, 1));
    }

    @Test
    void whatHasNoPriceIsUnratedAndNeverFree() {
        assertThat(rating.rate(event(new Inference("p", "unheard-of", 0, 0, 0, 0))))
                .isEqualTo(new Unrated());
        assertThat(rating.rate(event(new Inference("q", "full", 1, 0, 0, 0)))).isEqualTo(new Unrated());
        assertThat(rating.rate(event(new Inference("p", "embedding", 1, 0, 0, 1))))
                .isEqualTo(new Unrated());
        assertThat(rating.rate(event(new Counted(UsageKind.TOOL_CALL, "second", 1))))
                .isEqualTo(new Unrated());
        assertThat(rating.rate(event(new Counted(UsageKind.HOSTED_SERVER, "call", 1))))
                .isEqualTo(new Unrated());
        assertThat(new Rating(List.of()).rate(event(new Inference("p", "full", 1, 0, 0, 0))))
                .isEqualTo(new Unrated());
    }

    @Test
    void unitsHaveAPriceToo() {
        assertThat(rating.rate(event(new Counted(UsageKind.TOOL_CALL, "call", 3))))
                .isEqualTo(new Priced(1_500_000, 1));
    }

    @Test
    void aTrustedCostNeedsNoRateCardAndKeepsItsBound() {
        Counted unheardOf = new Counted(UsageKind.TOOL_CALL, "unheard-of", 1);

        assertThat(rating.rate(trusted(unheardOf, Usd.ZERO))).isEqualTo(new Priced(0, Priced.TRUSTED));
        assertThat(rating.rate(trusted(unheardOf, Usd.of("100000")))).isEqualTo(new Priced(Rating.COST_NANOS_MAX, 0));
        assertThat(rating.rate(trusted(unheardOf, Usd.of("100000.000000001")))).isEqualTo(new TooExpensive());
    }

    @Test
    void theHighestVersionInForceDecides() {
        Rating three = new Rating(List.of(
                card(2, NOW.plusSeconds(10), flat(2)), card(1, NOW, flat(1)), card(3, NOW.plusSeconds(5), flat(3))));

        assertThat(three.rate(at(NOW.minusNanos(1)))).isEqualTo(new Unrated());
        assertThat(three.rate(at(NOW))).isEqualTo(new Priced(1, 1));
        assertThat(three.rate(at(NOW.plusSeconds(5).minusNanos(1)))).isEqualTo(new Priced(1, 1));
        assertThat(three.rate(at(NOW.plusSeconds(5)))).isEqualTo(new Priced(3, 3));
        assertThat(three.rate(at(NOW.plusSeconds(100)))).isEqualTo(new Priced(3, 3));
        assertThat(three.newestVersion()).isEqualTo(3);
        assertThat(new Rating(List.of()).newestVersion()).isZero();
    }

    @Test
    void anEntryIsRatedAgainByItsVersionWhateverIsInForce() {
        Rating two = new Rating(List.of(card(1, NOW, flat(1)), card(2, NOW, flat(2))));
        Consumption million = new Inference("p", "full", 1_000_000, 0, 0, 0);

        assertThat(two.rate(million, 1)).isEqualTo(new Priced(1, 1));
        assertThat(two.rate(million, 2)).isEqualTo(new Priced(2, 2));
        assertThat(two.rate(million, 3)).isEqualTo(new Unrated());
    }

    @Test
    void theGreatestCountsTimesTheGreatestPriceAreTooExpensiveAndDoNotWrap() {
        Rating dear =
                new Rating(List.of(card(1, NOW, new TokenPrices(PRICE_MAX, PRICE_MAX, PRICE_MAX, PRICE_MAX, null))));

        assertThat(dear.rate(event(new Inference("p", "full", 1_000_000_000, 0, 0, 0))))
                .isEqualTo(new TooExpensive());
        assertThat(dear.rate(event(new Inference("p", "full", Integer.MAX_VALUE, 1 << 30, 1 << 29, Integer.MAX_VALUE))))
                .isEqualTo(new TooExpensive());
        assertThat(dear.rate(event(new Inference("p", "full", 10_000_000, 0, 0, 0))))
                .isEqualTo(new Priced(Rating.COST_NANOS_MAX, 1));
        assertThat(dear.rate(event(new Inference("p", "full", 10_000_001, 0, 0, 0))))
                .isEqualTo(new TooExpensive());
    }

    @Test
    void everyAmountIsWhatExactDecimalArithmeticGives() {
        long seed = ThreadLocalRandom.current().nextLong();
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            TokenPrices prices = new TokenPrices(price(random), price(random), price(random), price(random), null);
            int input = count(random);
            int cached = random.nextInt(input + 1);
            int creation = random.nextInt(input - cached + 1);
            Inference used = new Inference("p", "full", input, cached, creation, count(random));

            assertThat(new Rating(List.of(card(1, NOW, prices))).rate(used, 1))
                    .as("seed %d: %s at %s", seed, used, prices)
                    .isEqualTo(exact(used, prices));
        }
    }

    private static Rated exact(Inference used, TokenPrices prices) {
        BigInteger nanos = times(used.plainInputTokens(), prices.input())
                .add(times(used.cachedInputTokens(), prices.cachedInputOrInput()))
                .add(times(used.cacheCreationInputTokens(), prices.cacheCreationOrInput()))
                .add(times(used.outputTokens(), prices.outputPrice().orElseThrow()))
                .movePointLeft(6)
                .setScale(0, RoundingMode.HALF_UP)
                .toBigIntegerExact();
        boolean tooExpensive = nanos.compareTo(BigInteger.valueOf(Rating.COST_NANOS_MAX)) > 0;
        return tooExpensive ? new TooExpensive() : new Priced(nanos.longValueExact(), 1);
    }

    private static BigDecimal times(int count, long price) {
        return BigDecimal.valueOf(count).multiply(BigDecimal.valueOf(price));
    }

    private static int count(Random random) {
        return random.nextInt(Integer.MAX_VALUE) >> random.nextInt(31);
    }

    private static long price(Random random) {
        return 1 + (Math.floorMod(random.nextLong(), PRICE_MAX) >> random.nextInt(43));
    }

    private static TokenPrices flat(long nanosPerMillion) {
        return new TokenPrices(nanosPerMillion, null, null, null, null);
    }

    private static RateCard card(int version, Instant from, TokenPrices full) {
        return new RateCard(
                version,
                from,
                Map.of("p", Map.of("full", full, "embedding", EMBEDDING)),
                Map.of(UsageKind.TOOL_CALL, Map.of("call", 500_000L * 1_000_000L)));
    }

    private static UsageEvent event(Consumption consumption) {
        return new UsageEvent(new UUID(1, 1), "o", "a", null, NOW, consumption, null);
    }

    private static UsageEvent trusted(Consumption consumption, Usd cost) {
        return new UsageEvent(new UUID(1, 1), "o", "a", null, NOW, consumption, cost);
    }

    private static UsageEvent at(Instant time) {
        return new UsageEvent(
                new UUID(1, 1), "o", "a", null, time, new Inference("p", "full", 1_000_000, 0, 0, 0), null);
    }
}
