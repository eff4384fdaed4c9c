package dev.aicredits.pages;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShowTest {

    private static final Instant NOW = Instant.parse("2026-11-28T10:00:00Z");
    private static final Show SHOW = new Show(Clock.fixed(NOW, ZoneOffset.UTC));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0|$0.00",
                "50|$50.00",
                "1234567.891|$1,234,567.89",
                "49.999999999|$49.99",
                "-0.011|−$0.02",
                "-0.000435|−$0.00044",
                "0.0099|$0.0099",
                "0.00999|$0.01",
                "0.000000001|$0.000000001",
            })
    void amountsAreShownToTheCentAndSmallOnesWithTwoDigits(BigDecimal amount, String shown) {
        assertThat(SHOW.usd(amount)).isEqualTo(shown);
    }

    @Test
    void allPlacesAreThereForWhoWantsThem() {
        assertThat(SHOW.exact(new BigDecimal("-1234.000000435"))).isEqualTo("−$1,234.000000435");
        assertThat(SHOW.exact(new BigDecimal("5.000000000"))).isEqualTo("$5.00");
        assertThat(SHOW.exact(null)).isEqualTo("–");
        assertThat(SHOW.cents(9900)).isEqualTo("$99.00");
    }

    @Test
    void quantitiesAreCountedAndLimitsMeasured() {
        assertThat(SHOW.quantity(1, "call")).isEqualTo("1 call");
        assertThat(SHOW.quantity(1200, "web_search_call")).isEqualTo("1,200 web search calls");
        assertThat(SHOW.percent(new BigDecimal("0.19"), new BigDecimal("0.01"))).isEqualTo(100);
        assertThat(SHOW.percent(new BigDecimal("4.99"), new BigDecimal("5"))).isEqualTo(99);
        assertThat(SHOW.percent(BigDecimal.ZERO, BigDecimal.ZERO)).isEqualTo(100);
        assertThat(SHOW.words("api_key_revoked")).isEqualTo("API key revoked");
    }

    @Test
    void timesAreUtcAndDurationsHaveTheUnitThatFits() {
        assertThat(SHOW.time(NOW)).isEqualTo("28 Nov 2026, 10:00:00 UTC");
        assertThat(SHOW.ago(NOW.minusSeconds(150))).isEqualTo("2 min ago");
        assertThat(SHOW.ago(null)).isEqualTo("never");
        assertThat(SHOW.took(NOW, NOW.plusMillis(37))).isEqualTo("37 ms");
        assertThat(SHOW.took(NOW, NOW.plusMillis(3_250))).isEqualTo("3.2 s");
        assertThat(SHOW.took(NOW, null)).isEqualTo("–");
        assertThat(SHOW.words("agent_budget_exhausted")).isEqualTo("Agent budget exhausted");
    }
}
