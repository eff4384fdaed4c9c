package dev.aicredits.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.aicredits.money.Usd;
import dev.aicredits.usage.Consumption.Counted;
import dev.aicredits.usage.Consumption.Inference;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConsumptionTest {

    @ParameterizedTest
    @CsvSource({
        "-1, 0, 0, 0",
        "0, -1, 0, 0",
        "0, 0, -1, 0",
        "0, 0, 0, -1",
        "10, 11, 0, 0",
        "10, 6, 5, 0",
        "2147483647, 2147483647, 1, 0",
        "2147483647, 2147483647, 2147483647, 0"
    })
    void countsThatCannotBeAreRefused(int input, int cached, int cacheCreation, int output) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Inference("p", "m", input, cached, cacheCreation, output));
    }

    @Test
    void plainInputIsWhatNeitherCachePartTook() {
        assertThat(new Inference("p", "m", 10, 6, 4, 0).plainInputTokens()).isZero();
        assertThat(new Inference("p", "m", Integer.MAX_VALUE, 1, 1, 0).plainInputTokens())
                .isEqualTo(Integer.MAX_VALUE - 2);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, Integer.MIN_VALUE})
    void aQuantityOfNothingIsRefused(int quantity) {
        assertThatIllegalArgumentException().isThrownBy(() -> new Counted(UsageKind.TOOL_CALL, "call", quantity));
    }

    @Test
    void inferenceIsNotCountedInUnits() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Counted(UsageKind.INFERENCE, "token", 1));
    }

    @Test
    void aTrustedSourceCannotCredit() {
        Counted call = new Counted(UsageKind.TOOL_CALL, "call", 1);

        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        new UsageEvent(new UUID(0, 1), "o", "a", null, Instant.EPOCH, call, Usd.of("-0.000000001")));
    }
}
