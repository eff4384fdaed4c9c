package dev.aicredits.ratecard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.aicredits.ledger.TestRates;
import dev.aicredits.rating.RateCard;
import dev.aicredits.rating.Rated;
import dev.aicredits.rating.Rated.Priced;
import dev.aicredits.rating.Rated.Unrated;
import dev.aicredits.rating.Rating;
import dev.aicredits.rating.TokenPrices;
import dev.aicredits.schema.LedgerDatabase;
import dev.aicredits.schema.LedgerTestDatabase;
import dev.aicredits.usage.Consumption.Counted;
import dev.aicredits.usage.Consumption.Inference;
import dev.aicredits.usage.UsageKind;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

class JdbcRateCardsTest {

    private static final LedgerTestDatabase DATABASE = LedgerTestDatabase.create();
    private static final JdbcRateCards CARDS = new JdbcRateCards(DATABASE.owner());

    @BeforeAll
    static void publish() {
        assertThat(CARDS.publish(bytes(TestRates.CARD))).isTrue();
    }

    @AfterAll
    static void close() {
        DATABASE.close();
    }

    @Test
    void whatIsPublishedRatesAsItsFile() {
        Rating rating = new JdbcRateCards(DATABASE.app()).load();

        assertThat(rating.newestVersion()).isEqualTo(TestRates.VERSION).isEqualTo(CARDS.newestVersion());
        assertThat(rate(rating, 1_000, 100, 200, 10)).isEqualTo(priced(105_000 + 7_500 + 37_500 + 6_000));
        assertThat(rate(rating, 1_001, 100, 200, 10)).isEqualTo(priced(210_300 + 15_000 + 60_000 + 12_000));
        assertThat(rating.rate(new Inference("test", "embedding", 50, 0, 0, 0), TestRates.VERSION))
                .isEqualTo(priced(1_000));
        assertThat(rating.rate(new Inference("test", "embedding", 50, 0, 0, 1), TestRates.VERSION))
                .isEqualTo(new Unrated());
        assertThat(rating.rate(new Counted(UsageKind.TOOL_CALL, "call", 2), TestRates.VERSION))
                .isEqualTo(priced(1_000_000));
        assertThat(rating.rate(new Counted(UsageKind.HOSTED_SERVER, "second", 3), TestRates.VERSION))
                .isEqualTo(priced(15_000));
    }

    @Test
    void publishingTheSameFileAgainChangesNothing() {
        String before = content();

        assertThat(CARDS.publish(bytes(TestRates.CARD))).isFalse();

        assertThat(content()).isEqualTo(before);
    }

    @Test
    void aPublishedVersionIsNeverEdited() {
        String before = content();

        assertThatExceptionOfType(InvalidRateCardException.class)
                .isThrownBy(() -> CARDS.publish(bytes(TestRates.CARD.replace("0.0005", "0.0006"))))
                .withMessageContaining("version 900");
        // Other bytes, though they say the same: what was reviewed is the file.
        assertThatExceptionOfType(InvalidRateCardException.class)
                .isThrownBy(() -> CARDS.publish(bytes(TestRates.CARD + " ")));

        assertThat(content()).isEqualTo(before);
    }

    @Test
    void aRefusedFileLeavesNothingBehind() {
        String before = content();

        assertThatExceptionOfType(InvalidRateCardException.class)
                .isThrownBy(() ->
                        CARDS.publish(bytes(TestRates.CARD.replace("900", "901").replace("0.000005", "-1"))));

        assertThat(content()).isEqualTo(before);
    }

    @Test
    void severalMayPublishAtOnce() {
        String card = TestRates.CARD.replace("900", "899");

        List<CompletableFuture<Boolean>> published = Stream.generate(
                        () -> CompletableFuture.supplyAsync(() -> CARDS.publish(bytes(card))))
                .limit(4)
                .toList();

        assertThat(published.stream().map(CompletableFuture::join).toList())
                .containsExactlyInAnyOrder(true, false, false, false);
    }

    @Test
    void theShippedCardsAreSaneAndInTheDatabase() {
        List<byte[]> files = LedgerDatabase.shippedRateCards();
        assertThat(files).isNotEmpty();
        for (int version = 1; version <= files.size(); version++) {
            RateCard card = RateCardFile.parse(files.get(version - 1));
            assertThat(card.version()).isEqualTo(version);
            assertThat(card.models()).containsKeys("openai", "anthropic", "google", "mistral");
            assertThat(card.units()).containsKeys(UsageKind.TOOL_CALL, UsageKind.HOSTED_SERVER);
            card.models()
                    .forEach((provider, models) -> models.forEach((model, prices) -> {
                        assertSane(provider + "/" + model, prices);
                    }));
            assertThat(CARDS.publish(files.get(version - 1))).isFalse();
        }
    }

    @Test
    void theShippedCardRatesAnOldModelRight() {
        // 0.15, 0.075 and 0.60 USD per million.
        Inference used = new Inference("openai", "gpt-4o-mini", 1_200, 1_000, 0, 350);

        assertThat(CARDS.load().rate(used, 1)).isEqualTo(new Priced(30_000 + 75_000 + 210_000, 1));
    }

    private static void assertSane(String model, TokenPrices prices) {
        Map<String, Long> parts = Map.of(
                "cachedInput", prices.cachedInput() == null ? 0 : prices.cachedInput(),
                "cacheCreation", prices.cacheCreation() == null ? 0 : prices.cacheCreation(),
                "output", prices.output() == null ? prices.input() : prices.output());
        assertThat(parts.get("cachedInput")).as(model).isLessThanOrEqualTo(prices.input());
        assertThat(parts.get("cacheCreation")).as(model).isLessThanOrEqualTo(4 * prices.input());
        assertThat(parts.get("output")).as(model).isGreaterThanOrEqualTo(prices.input() / 2);
        // Nobody lists a million tokens below a tenth of a cent or above a thousand dollars.
        assertThat(prices.input()).as(model).isBetween(1_000_000L, 1_000_000_000_000L);
        if (prices.longContext() != null) {
            assertThat(prices.longContext().prices().input()).as(model).isGreaterThan(prices.input());
        }
    }

    private static Rated rate(Rating rating, int input, int cached, int creation, int output) {
        return rating.rate(new Inference("test", "small", input, cached, creation, output), TestRates.VERSION);
    }

    private static Priced priced(long nanos) {
        return new Priced(nanos, TestRates.VERSION);
    }

    /** All prices but those that another test publishes beside this one. */
    private static String content() {
        return JdbcClient.create(DATABASE.owner())
                .sql("SELECT string_agg(r::text, ';' ORDER BY r::text) FROM rate r WHERE version <> 899")
                .query(String.class)
                .single();
    }

    private static byte[] bytes(String json) {
        return json.getBytes(StandardCharsets.UTF_8);
    }
}
