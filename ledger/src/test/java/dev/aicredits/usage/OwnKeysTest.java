package dev.aicredits.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OwnKeysTest {

    private static final String SOURCE = "stripe:checkout_session";

    @Test
    void aKeyIsAUuidOfVersion8ThatBeginsWithZeros() {
        UUID key = OwnKeys.of(SOURCE, "cs_test_1");

        // printf 'stripe:checkout_session\0cs_test_1' | sha256sum, with the form's bits in their places
        assertThat(key).isEqualTo(UUID.fromString("00000000-d1ef-8662-b4e2-080a4fca1932"));
        assertThat(key.version()).isEqualTo(8);
        assertThat(key.variant()).isEqualTo(2);
    }

    @Test
    void everyKeyIsReservedAndNoTwoAreTheSame() {
        assertThat(IntStream.range(0, 10_000).mapToObj(i -> OwnKeys.of(SOURCE, "cs_" + i)))
                .allMatch(OwnKeys::isReserved)
                .doesNotHaveDuplicates();
        assertThat(OwnKeys.of("stripe:refund", "x")).isNotEqualTo(OwnKeys.of("stripe:refund_failed", "x"));
    }

    @Test
    void anIdThatIsAUuidIsHashedToo() {
        String id = "0192f0c1-2b3c-7def-8123-456789abcdef";

        assertThat(OwnKeys.of(SOURCE, id)).matches(OwnKeys::isReserved);
        assertThat(OwnKeys.ofVersionBefore(SOURCE, id)).isNotEqualTo(UUID.fromString(id));
    }

    @Test
    void theKeyOfTheVersionBeforeIsThatOfAnyOtherSource() {
        assertThat(OwnKeys.ofVersionBefore(SOURCE, "cs_test_1")).isEqualTo(DedupeKeys.of(SOURCE, "cs_test_1"));
        assertThat(DedupeKeys.of(SOURCE, "cs_test_1")).isNotEqualTo(OwnKeys.of(SOURCE, "cs_test_1"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/agents", "stripe", "Stripe:refund", "dev.aicredits"})
    void aSourceThatAnybodyMayHaveMakesNoKeyOfOurs(String source) {
        assertThat(OwnKeys.isReservedSource(source)).isFalse();
        assertThatIllegalArgumentException().isThrownBy(() -> OwnKeys.of(source, "x"));
    }
}
