package dev.aicredits.ledger;

import dev.aicredits.ratecard.JdbcRateCards;
import dev.aicredits.rating.Rating;
import java.nio.charset.StandardCharsets;
import javax.sql.DataSource;

/**
 * Prices of this module's tests, as version 900 of the rate card: provider {@code test} with {@code small} (0.15 USD per
 * million input tokens, cached half of it, cache creation 0.1875, output 0.60; dearer above 1,000 input tokens) and
 * {@code embedding} (no output), tool calls at 0.0005 USD a {@code call}, hosted servers at 0.000005 USD a
 * {@code second}.
 */
public final class TestRates {

    /** The version under which they are published. */
    public static final int VERSION = 900;

    /** The file's text. */
    public static final String CARD = """
            {"version": 900, "effectiveFrom": "1990-01-01T00:00:00Z", "sources": {}, "inference": [
              {"provider": "test", "models": ["small"],
               "usdPerMillion": {"input": 0.15, "cachedInput": 0.075, "cacheCreation": 0.1875, "output": 0.6},
               "longContext": {"inputTokensOver": 1000,
                               "usdPerMillion": {"input": 0.3, "cachedInput": 0.15, "output": 1.2}}},
              {"provider": "test", "models": ["embedding"], "usdPerMillion": {"input": 0.02}}],
             "quantities": [{"kind": "tool_call", "unit": "call", "usdPerUnit": 0.0005},
                            {"kind": "hosted_server", "unit": "second", "usdPerUnit": 0.000005}]}
            """;

    private TestRates() {}

    /** Publishes the card as the owner and answers the rating by all versions there are. */
    public static Rating publish(DataSource owner) {
        JdbcRateCards cards = new JdbcRateCards(owner);
        cards.publish(CARD.getBytes(StandardCharsets.UTF_8));
        return cards.load();
    }
}
