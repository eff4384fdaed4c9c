package dev.aicredits.ratecard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.aicredits.rating.RateCard;
import dev.aicredits.rating.TokenPrices;
import dev.aicredits.rating.TokenPrices.LongContext;
import dev.aicredits.usage.UsageKind;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RateCardFileTest {

    private static final String SOUND = """
            {"version": 7, "effectiveFrom": "2026-01-01T00:00:00Z", "sources": {"p": "https://example.com"},
             "inference": [
              {"provider": "p", "models": ["m", "m-alias"],
               "usdPerMillion": {"input": 2.5, "cachedInput": 0.25, "cacheCreation": 3.125, "output": 10},
               "longContext": {"inputTokensOver": 200000, "usdPerMillion": {"input": 5, "output": 20}}},
              {"provider": "p", "models": ["e"], "usdPerMillion": {"input": 0.02}}],
             "quantities": [{"kind": "tool_call", "unit": "call", "usdPerUnit": 0.0005},
                            {"kind": "hosted_server", "unit": "second", "usdPerUnit": 0.000000000000001}]}
            """;

    @Test
    void aSoundFileIsReadWhole() {
        RateCard card = parse(SOUND);

        TokenPrices model = new TokenPrices(
                2_500_000_000L,
                250_000_000L,
                3_125_000_000L,
                10_000_000_000L,
                new LongContext(200_000, new TokenPrices(5_000_000_000L, null, null, 20_000_000_000L, null)));
        assertThat(card.version()).isEqualTo(7);
        assertThat(card.effectiveFrom()).isEqualTo(Instant.parse("2026-01-01T00:00:00Z"));
        assertThat(card.models())
                .isEqualTo(Map.of(
                        "p",
                        Map.of(
                                "m",
                                model,
                                "m-alias",
                                model,
                                "e",
                                new TokenPrices(20_000_000L, null, null, null, null))));
        assertThat(card.units())
                .isEqualTo(Map.of(
                        UsageKind.TOOL_CALL, Map.of("call", 500_000_000_000L),
                        UsageKind.HOSTED_SERVER, Map.of("second", 1L)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-2.5",
                "0",
                "-0.0",
                "0e5",
                "-1",
                "\"NaN\"",
                "NaN",
                "Infinity",
                "\"2.5\"",
                "\"\"",
                "null",
                "true",
                "[]",
                "{}",
                "[2.5]",
                "1e400",
                "1e-400",
                "1e2147483647",
                "1e-2147483647",
                "1e99999999999",
                "1e-99999999999",
                "0.0000000001",
                "10000.000000001",
                "10001",
                "1e18",
                "+1",
                "01",
                ".5",
                "0x10"
            })
    void aPriceThatIsNoneIsRefusedAtOnce(String price) {
        refuses("\"input\": 2.5", "\"input\": " + price);
        if (!price.equals("null")) {
            refuses("\"output\": 10}", "\"output\": " + price + "}");
        }
        refuses("\"input\": 5", "\"input\": " + price);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-1",
                "0",
                "\"0.1\"",
                "null",
                "1e-16",
                "0.0000000000000001",
                "1000.000000000000001",
                "1e400",
                "1e-400",
                "1001"
            })
    void aUnitPriceThatIsNoneIsRefused(String price) {
        refuses("\"usdPerUnit\": 0.0005", "\"usdPerUnit\": " + price);
    }

    @ParameterizedTest
    @CsvSource({"0.000000001, 1", "10000, 10000000000000", "1e4, 10000000000000", "2.500000000000, 2500000000"})
    void thePricesAtTheEdgesAreTaken(String price, long nanos) {
        RateCard card = parse(SOUND.replace("\"input\": 2.5", "\"input\": " + price));

        assertThat(card.models().get("p").get("m").input()).isEqualTo(nanos);
    }

    @Test
    void theDearestUnitIsTaken() {
        RateCard card = parse(SOUND.replace("0.0005", "1000"));

        assertThat(card.units().get(UsageKind.TOOL_CALL)).containsEntry("call", 1_000_000_000_000_000_000L);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"m-alias\" | \"m\"",
                "\"e\" | \"m\"",
                "{\"kind\": \"hosted_server\", \"unit\": \"second\" | {\"kind\": \"tool_call\", \"unit\": \"call\"",
                "\"version\": 7 | \"version\": 7, \"currency\": \"EUR\"",
                "\"cachedInput\": 0.25 | \"cached\": 0.25",
                "\"version\": 7 | \"version\": 7, \"version\": 8",
                "\"input\": 2.5 | \"input\": 2.5, \"input\": 2.6",
                "\"version\": 7, | ``",
                "\"version\": 7 | \"version\": 0",
                "\"version\": 7 | \"version\": -1",
                "\"version\": 7 | \"version\": 7.5",
                "\"version\": 7 | \"version\": \"7\"",
                "\"version\": 7 | \"version\": true",
                "\"version\": 7 | \"version\": 2147483648",
                "\"version\": 7 | \"version\": null",
                "\"2026-01-01T00:00:00Z\" | null",
                "\"2026-01-01T00:00:00Z\" | \"2026-01-01\"",
                "\"2026-01-01T00:00:00Z\" | \"soon\"",
                "\"2026-01-01T00:00:00Z\" | 1767225600",
                "\"effectiveFrom\" | \"from\"",
                "\"inference\" | \"models\"",
                "\"provider\": \"p\", \"models\": [\"e\"] | \"models\": [\"e\"]",
                "\"provider\": \"p\", \"models\": [\"e\"] | \"provider\": \" \", \"models\": [\"e\"]",
                "\"provider\": \"p\", \"models\": [\"e\"] | \"provider\": \"p\"",
                "\"models\": [\"e\"] | \"models\": [null]",
                "\"models\": [\"e\"] | \"models\": [\"\"]",
                "\"models\": [\"e\"] | \"models\": [5]",
                "\"models\": [\"e\"] | \"models\": \"e\"",
                ", \"usdPerMillion\": {\"input\": 0.02} | ``",
                "\"usdPerMillion\": {\"input\": 0.02} | \"usdPerMillion\": {\"output\": 0.02}",
                "\"usdPerMillion\": {\"input\": 5, \"output\": 20} | \"usdPerMillion\": {\"input\": 5}",
                "\"inputTokensOver\": 200000 | \"inputTokensOver\": 0",
                "\"inputTokensOver\": 200000 | \"inputTokensOver\": -1",
                "\"inputTokensOver\": 200000, | ``",
                "\"kind\": \"tool_call\" | \"kind\": \"inference\"",
                "\"kind\": \"tool_call\" | \"kind\": \"Tool_Call\"",
                "\"unit\": \"call\", | ``",
                "\"unit\": \"call\" | \"unit\": \"\"",
                "\"quantities\": [ | \"quantities\": [null, ",
                "\"inference\": [ | \"inference\": [null, ",
                "\"version\": 7 | \"version\": 7 /* seven */"
            })
    void aFileWithASlipOfThePenIsRefusedWhole(String sound, String slip) {
        refuses(sound, slip);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "null", "[]", "7", "{", "\"text\""})
    void whatIsNoRateCardIsRefused(String text) {
        assertThatExceptionOfType(InvalidRateCardException.class).isThrownBy(() -> parse(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "x", "]", "7"})
    void nothingMayFollow(String garbage) {
        assertThatExceptionOfType(InvalidRateCardException.class).isThrownBy(() -> parse(SOUND + garbage));
    }

    private static void refuses(String sound, String slip) {
        assertThat(SOUND).contains(sound);
        String file = SOUND.replaceFirst(Pattern.quote(sound), Matcher.quoteReplacement(slip));
        assertTimeoutPreemptively(Duration.ofSeconds(5), () -> assertThatExceptionOfType(InvalidRateCardException.class)
                .as(slip)
                .isThrownBy(() -> parse(file)));
    }

    private static RateCard parse(String json) {
        return RateCardFile.parse(json.getBytes(StandardCharsets.UTF_8));
    }
}
