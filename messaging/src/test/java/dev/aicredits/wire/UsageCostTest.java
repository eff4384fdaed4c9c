package dev.aicredits.wire;

import static dev.aicredits.wire.SampleEvent.TRUSTED_SOURCE;
import static dev.aicredits.wire.SampleEvent.inference;
import static dev.aicredits.wire.SampleEvent.quoted;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aicredits.money.Usd;
import dev.aicredits.wire.DecodedUsage.Refused;
import dev.aicredits.wire.DecodedUsage.Usable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UsageCostTest {

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "-0, 0",
        "0.000000001, 1",
        "0.1, 100000000",
        "0.30, 300000000",
        "12.3456789010, 12345678901",
        "5, 5000000000",
        "1e-9, 1",
        "1E5, 100000000000000",
        "100000, 100000000000000",
        "99999.999999999, 99999999999999",
        "0e-99999, 0"
    })
    void aTrustedCostIsReadExactly(String json, long nanos) {
        assertThat(cost(trusted(json))).isEqualTo(Usd.ofNanos(nanos));
    }

    @ParameterizedTest
    @CsvSource({
        "-0.000000001, is negative",
        "-5, is negative",
        "100000.000000001, is too great",
        "100001, is too great",
        "9000000000, is too great",
        "0.0000000001, is not an amount in nano-USD",
        "1e-10, is not an amount in nano-USD",
        "1e10, is not an amount in nano-USD",
        "1e308, is not an amount in nano-USD",
        "1e2147483647, is not an amount in nano-USD",
        "10e2147483647, is not an amount in nano-USD",
        "1e-2147483648, is not an amount in nano-USD",
        "1e99999999999999999999, is not an amount in nano-USD",
        "-1e999999999, is not an amount in nano-USD",
        "'\"5\"', is not a number",
        "true, is not a number",
        "[5], is not a number",
        "{}, is not a number"
    })
    @Timeout(5)
    void aTrustedCostThatCannotBeIsInvalid(String json, String rule) {
        assertThat(trusted(json).decodeStructured())
                .isEqualTo(new Refused(DeadLetterReason.INVALID_FIELD, "data.costUsd " + rule));
    }

    @Test
    void theCostOfATrustedSourceIsOptional() {
        assertThat(cost(trusted("null"))).isNull();
        assertThat(cost(inference().with("source", quoted(TRUSTED_SOURCE)))).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"5", "-5", "1e308", "\"free\"", "{\"x\":[]}", "null", "0"})
    void theCostOfAnyOtherSourceHasNoEffectAndIsSaidToBeNamed(String json) {
        Usable without = (Usable) inference().decodeStructured();
        Usable named = new Usable(without.event(), true);

        assertThat(without.namesCost()).isFalse();
        assertThat(inference().with("data.costUsd", json).decodeStructured()).isEqualTo(named);
        assertThat(inference().with("data.costUsd", json).decodeBinary()).isEqualTo(named);
    }

    @Test
    void dataBeforeTheSourceKeepsItsCostUntilTheSourceIsKnown() {
        SampleEvent event = inference().with("data.costUsd", "0.25");
        String source = event.envelope.remove("source");
        event.with("data", event.dataJson());
        assertThat(cost(event.with("source", quoted(TRUSTED_SOURCE)))).isEqualTo(Usd.of("0.25"));
        assertThat(cost(event.with("source", source))).isNull();
    }

    @Test
    void binaryModeTrustsTheSameSources() {
        assertThat(((Usable) trusted("0.25").decodeBinary()).event().trustedCost())
                .isEqualTo(Usd.of("0.25"));
    }

    private static SampleEvent trusted(String json) {
        return inference().with("source", quoted(TRUSTED_SOURCE)).with("data.costUsd", json);
    }

    private static Usd cost(SampleEvent event) {
        return ((Usable) event.decodeStructured()).event().trustedCost();
    }
}
