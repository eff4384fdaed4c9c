package dev.aicredits.money;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.math.BigDecimal;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UsdTest {

    @ParameterizedTest
    @CsvSource({
        "0.000000001, 1",
        "-0.000123, -123000",
        "1, 1000000000",
        "5.10, 5100000000",
        "1e3, 1000000000000",
        "0E+1000000000, 0",
        "0.100000000000000000000, 100000000",
        "9223372036.854775807, 9223372036854775807",
        "-9223372036.854775808, -9223372036854775808"
    })
    void everyDecimalOfNinePlacesIsHeldExactly(String decimal, long nanos) {
        assertThat(Usd.of(decimal).nanos()).isEqualTo(nanos);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.0000000001",
                "1e-400",
                "1e-2147483647",
                "9223372036.854775808",
                "-9223372036.854775809",
                "1e11",
                "1e400",
                "1e2147483647",
                "-1e1000000000"
            })
    void whatIsFinerOrGreaterThanALongOfNanosIsRefused(String decimal) {
        assertThatExceptionOfType(ArithmeticException.class).isThrownBy(() -> Usd.of(decimal));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "NaN", "Infinity", "1,5", "0x10", "five", "1e99999999999"})
    void whatIsNoDecimalNumberIsRefused(String text) {
        assertThatExceptionOfType(NumberFormatException.class).isThrownBy(() -> Usd.of(text));
    }

    @Test
    void nothingWrapsAround() {
        Usd most = Usd.ofNanos(Long.MAX_VALUE);
        Usd least = Usd.ofNanos(Long.MIN_VALUE);

        assertThatExceptionOfType(ArithmeticException.class).isThrownBy(() -> most.plus(Usd.ofNanos(1)));
        assertThatExceptionOfType(ArithmeticException.class).isThrownBy(() -> least.minus(Usd.ofNanos(1)));
        assertThatExceptionOfType(ArithmeticException.class).isThrownBy(least::negated);
        assertThat(most.negated().minus(Usd.ofNanos(1))).isEqualTo(least);
        assertThat(Usd.of("1").compareTo(Usd.of("1.000000001"))).isNegative();
    }

    @ParameterizedTest
    @CsvSource({
        "1230000000000, 1230",
        "-1, -0.000000001",
        "0, 0",
        "1500000000, 1.5",
        "100000000000, 100",
        "-1500000000, -1.5",
        "1000000001, 1.000000001",
        "-9223372036854775808, -9223372036.854775808"
    })
    void itPrintsPlainlyAndWithoutTrailingZeros(long nanos, String text) {
        assertThat(Usd.ofNanos(nanos)).hasToString(text);
    }

    @Test
    void whatItPrintsItReads() {
        long seed = ThreadLocalRandom.current().nextLong();
        Random random = new Random(seed);
        for (int i = 0; i < 1_000; i++) {
            Usd usd = Usd.ofNanos(random.nextLong() >> random.nextInt(64));
            assertThat(Usd.of(usd.toString())).as("seed %d", seed).isEqualTo(usd);
            assertThat(Usd.of(usd.toDecimal())).isEqualTo(usd);
            assertThat(usd.toString()).isEqualTo(usd.toDecimal().toPlainString());
            assertThat(usd.toDecimal()).isEqualByComparingTo(BigDecimal.valueOf(usd.nanos(), 9));
        }
    }
}
