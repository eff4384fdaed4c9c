package dev.aicredits.stripe;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StripeEventJsonTest {

    @Test
    void readsWhichObjectAndPaymentAnEventIsAbout() {
        assertThat(read("""
                        {"id":"evt_1","object":"event","type":"refund.updated","created":1700000000,
                         "data":{"object":{"id":"re_1","object":"refund","payment_intent":"pi_1"}}}"""))
                .isEqualTo(new StripeEvent(
                        "evt_1", "refund.updated", Instant.ofEpochSecond(1_700_000_000), "re_1", "pi_1"));
    }

    @Test
    void readsThePaymentWhereItIsExpandedOrTheObjectItself() {
        assertThat(read("""
                        {"id":"evt_1","object":"event","type":"x","created":1,
                         "data":{"object":{"id":"re_1","payment_intent":{"id":"pi_2","object":"payment_intent"}}}}""").paymentIntentId()).isEqualTo("pi_2");
        assertThat(read("""
                        {"id":"evt_1","object":"event","type":"x","created":1,
                         "data":{"object":{"id":"pi_3","object":"payment_intent"}}}""").paymentIntentId()).isEqualTo("pi_3");
    }

    @Test
    void anObjectWithoutAnIdIsNoReasonToRefuseAnEvent() {
        assertThat(read("""
                        {"id":"evt_1","object":"event","type":"invoice.upcoming","created":1,
                         "data":{"object":{"object":"invoice"}}}""").objectId()).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "\"event\"",
                "{",
                "{}",
                "{\"id\":\"evt_1\",\"object\":\"event\",\"type\":\"x\"}",
                "{\"id\":\"evt_1\",\"object\":\"event\",\"type\":\"x\",\"created\":\"1\"}",
                "{\"id\":\"evt_1\",\"object\":\"event\",\"type\":\"x\",\"created\":-1}",
                "{\"id\":\"evt_1\",\"object\":\"event\",\"type\":\"x\",\"created\":1.5}",
                "{\"id\":\"evt_1\",\"object\":\"event\",\"type\":\"x\",\"created\":99999999999999999999}",
                "{\"id\":\"evt_1\",\"object\":\"event\",\"type\":\"x\",\"created\":9223372036854775807}",
                "{\"id\":1,\"object\":\"event\",\"type\":\"x\",\"created\":1}",
                "{\"id\":\"evt 1\",\"object\":\"event\",\"type\":\"x\",\"created\":1}",
                "{\"id\":\"evt_\\u0000\",\"object\":\"event\",\"type\":\"x\",\"created\":1}",
                "{\"id\":\"evt_1\",\"object\":\"charge\",\"type\":\"x\",\"created\":1}",
                "{\"id\":\"evt_1\",\"object\":\"event\",\"created\":1}"
            })
    void whatIsNoEventIsNone(String json) {
        assertThat(StripeEventJson.read(json.getBytes(StandardCharsets.UTF_8))).isEmpty();
    }

    @Test
    void deepNestingIsNoEventAndNoStackOverflow() {
        assertThat(StripeEventJson.read("[".repeat(100_000).getBytes(StandardCharsets.UTF_8)))
                .isEmpty();
    }

    private static StripeEvent read(String json) {
        return StripeEventJson.read(json.getBytes(StandardCharsets.UTF_8)).orElseThrow();
    }
}
