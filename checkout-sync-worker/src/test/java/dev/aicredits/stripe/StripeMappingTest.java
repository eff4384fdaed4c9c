package dev.aicredits.stripe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.stripe.model.Refund;
import com.stripe.model.checkout.Session;
import com.stripe.net.ApiResource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What Stripe leaves out: of sessions of other products of the same account, which events and lists bring as well, and of ours. */
class StripeMappingTest {

    private static final String NO_AMOUNT = "\"amount_total\": null, \"currency\": null";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"mode\": \"setup\"",
                "\"mode\": \"setup\", \"client_reference_id\": \"cart_7\"",
                "\"mode\": \"payment\", \"metadata\": {\"shop\": \"7\"}"
            })
    void anotherProductsSessionWithoutAnAmountIsReadable(String members) {
        StripeSession session = session(members + ", " + NO_AMOUNT);

        assertThat(session.amountTotalCents()).isZero();
        assertThat(session.currency()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"client_reference_id\": \"0198a2b4-7c1e-7344-8556-0198a2b47c1e\"",
                "\"metadata\": {\"aicredits_order\": \"0198a2b4-7c1e-7344-8556-0198a2b47c1e\"}",
                "\"metadata\": {\"aicredits_plan_order\": \"0198a2b4-7c1e-7344-8556-0198a2b47c1e\"}"
            })
    void oneThatMayBeOursHasAnAmount(String members) {
        assertThatThrownBy(() -> session("\"mode\": \"payment\", " + members + ", " + NO_AMOUNT))
                .isInstanceOfSatisfying(StripeFailure.class, failure -> assertThat(failure.kind())
                        .isEqualTo(StripeFailure.Kind.GARBLED));
    }

    @Test
    void moreLineItemsThanAPageAddUpToNoAmount() {
        StripeSession session = session("\"mode\": \"payment\", \"amount_total\": 700, \"currency\": \"usd\","
                + " \"line_items\": {\"has_more\": true, \"data\": [{\"amount_total\": 700}]}");

        assertThat(session.lineItemsTotalCents()).isNegative();
    }

    @Test
    void aRefundWithoutAStatusHasNotFailed() {
        StripeRefund refund = StripeMapping.refund(ApiResource.GSON.fromJson(
                "{\"id\": \"re_1\", \"object\": \"refund\", \"status\": null, \"amount\": 700, \"currency\": \"usd\","
                        + " \"payment_intent\": \"pi_1\", \"created\": 1795000000}",
                Refund.class));

        assertThat(refund.failed()).isFalse();
        assertThat(refund.status()).isEqualTo("pending");
    }

    private static StripeSession session(String members) {
        return StripeMapping.session(ApiResource.GSON.fromJson(
                "{\"id\": \"cs_1\", \"object\": \"checkout.session\", \"status\": \"complete\","
                        + " \"payment_status\": \"no_payment_required\", \"livemode\": false, \"created\": 1795000000,"
                        + " \"expires_at\": 1795080000, " + members + "}",
                Session.class));
    }
}
