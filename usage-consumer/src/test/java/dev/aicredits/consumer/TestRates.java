package dev.aicredits.consumer;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;

/** A small rate card above the shipped ones, and what usage costs by it: computed a second time, in decimals. */
final class TestRates {

    static final int VERSION = 9001;
    static final String PROVIDER = "testprovider";
    static final String MODEL = "test-model";

    private static final BigDecimal INPUT = new BigDecimal("0.15");
    private static final BigDecimal CACHED_INPUT = new BigDecimal("0.075");
    private static final BigDecimal CACHE_CREATION = new BigDecimal("0.1875");
    private static final BigDecimal OUTPUT = new BigDecimal("0.633");
    private static final BigDecimal CALL = new BigDecimal("0.0012345678");
    private static final int MILLION_DIGITS = 6;
    private static final int NANO_DECIMALS = 9;

    private TestRates() {}

    /** The card as a file, with further models at the same prices. */
    static byte[] card(int version, String... furtherModels) {
        StringBuilder models = new StringBuilder("\"" + MODEL + "\"");
        for (String model : furtherModels) {
            models.append(", \"").append(model).append('"');
        }
        String prices = "\"input\": %s, \"cachedInput\": %s, \"cacheCreation\": %s, \"output\": %s"
                .formatted(INPUT, CACHED_INPUT, CACHE_CREATION, OUTPUT);
        return """
                {"version": %d, "effectiveFrom": "2026-01-01T00:00:00Z",
                 "inference": [{"provider": "%s", "models": [%s], "usdPerMillion": {%s}}],
                 "quantities": [{"kind": "tool_call", "unit": "call", "usdPerUnit": %s}]}
                """.formatted(version, PROVIDER, models, prices, CALL).getBytes(StandardCharsets.UTF_8);
    }

    /** What an inference costs in USD; {@code input} includes the cached and the cache-creation tokens. */
    static BigDecimal inference(long input, long cached, long cacheCreation, long output) {
        return nearestNano(times(input - cached - cacheCreation, INPUT)
                .add(times(cached, CACHED_INPUT))
                .add(times(cacheCreation, CACHE_CREATION))
                .add(times(output, OUTPUT))
                .movePointLeft(MILLION_DIGITS));
    }

    static BigDecimal calls(long quantity) {
        return nearestNano(times(quantity, CALL));
    }

    private static BigDecimal times(long count, BigDecimal price) {
        return price.multiply(BigDecimal.valueOf(count));
    }

    private static BigDecimal nearestNano(BigDecimal usd) {
        return usd.setScale(NANO_DECIMALS, RoundingMode.HALF_UP);
    }
}
