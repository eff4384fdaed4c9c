package dev.aicredits.credits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicredits.api.ApiClient;
import dev.aicredits.api.ApiSystem;
import dev.aicredits.api.TestOrganization;
import dev.aicredits.api.TestUsage;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;

/** The summary of an organization's credits. */
class SummaryTest {

    private final TestOrganization organization = ApiSystem.shared().organization();
    private final TestUsage usage = new TestUsage(organization);
    private final Instant now = Instant.now();

    @Test
    void anOrganizationThatBoughtNothingHasNothing() {
        ApiClient.Answer answer = summary();

        assertThat(answer.body())
                .contains("\"balanceUsd\":0,", "\"purchasedUsd\":0,", "\"usedUsd\":0,", "\"status\":\"exhausted\"")
                .contains("\"topUpOptionsUsd\":[10,25,50,100]", "\"lastPurchase\":null", "\"runwayDays\":null")
                .contains("\"entrySeq\":0");
    }

    @Test
    void amountsAreExactToTheNano() {
        usage.topUp("25", "cs_1");
        usage.topUp("10", "cs_2");
        usage.adjust("-0.000000001", "rounding");
        usage.call("a", null, "gpt-4o-mini", "0.000000023", now);
        usage.call("a", "user_1", "gpt-4o", "7", now.minus(2, ChronoUnit.DAYS));

        ApiClient.Answer answer = summary();

        assertThat(answer.body())
                .contains("\"balanceUsd\":27.999999976,", "\"purchasedUsd\":35,", "\"usedUsd\":7.000000023,")
                .contains("\"adjustedUsd\":-0.000000001,", "\"refundedUsd\":0,", "\"status\":\"healthy\"")
                .contains("\"ledgerEntryId\":\"2\",\"amountUsd\":10,")
                // Seven USD in the seven days before today: a dollar a day.
                .contains("\"runwayDays\":27,", "\"entrySeq\":5");
    }

    @Test
    void whatIsLeftSaysHowItStands() {
        usage.topUp("6", "cs_1");
        assertThat(summary().text("status")).isEqualTo("healthy");
        usage.calls("a", null, "2", 1);
        assertThat(summary().text("status")).isEqualTo("low");
        usage.calls("a", null, "4.5", 1);
        assertThat(summary().text("status")).isEqualTo("exhausted");
        assertThat(summary().body()).contains("\"balanceUsd\":-0.5,");
    }

    @Test
    void whoAsksAgainIsToldThatNothingChanged() {
        usage.topUp("5", "cs_1");
        ApiClient.Answer first = summary();

        ApiClient.Answer again = summary("If-None-Match", first.header("ETag"));
        assertThat(again.status()).isEqualTo(304);
        assertThat(again.body()).isEmpty();

        usage.calls("a", null, "1", 1);
        assertThat(summary("If-None-Match", first.header("ETag")).status()).isEqualTo(200);
    }

    private ApiClient.Answer summary(String... headers) {
        return organization.owner().get(organization.path("/ai-credits/summary"), headers);
    }
}
