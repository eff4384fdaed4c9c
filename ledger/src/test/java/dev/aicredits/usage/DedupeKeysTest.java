package dev.aicredits.usage;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Locale;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DedupeKeysTest {

    private static final String UUID_TEXT = "0192f0c1-2b3c-7def-8123-456789abcdef";

    @Test
    void aUuidStandsForItselfWhateverTheSourceAndTheCaseOfItsLetters() {
        assertThat(DedupeKeys.of("a", UUID_TEXT)).isEqualTo(UUID.fromString(UUID_TEXT));
        assertThat(DedupeKeys.of("b", UUID_TEXT.toUpperCase(Locale.ROOT))).isEqualTo(UUID.fromString(UUID_TEXT));
        assertThat(DedupeKeys.of("a", "ffffffff-ffff-ffff-ffff-ffffffffffff")).isEqualTo(new UUID(-1, -1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "evt_1",
                "0192f0c1-2b3c-7def-8123-456789abcde",
                "0192f0c1-2b3c-7def-8123-456789abcdef ",
                "0192f0c12-b3c-7def-8123-456789abcdef",
                "0192f0c1-2b3c-7def-8123_456789abcdef",
                "0192f0c1-2b3c-7def-8123-456789abcdeg",
                "-192f0c1-2b3c-7def-8123-456789abcdef",
                "+192f0c1-2b3c-7def-8123-456789abcdef",
                "\u0661192f0c1-2b3c-7def-8123-456789abcde",
                "\uff11192f0c1-2b3c-7def-8123-456789abcde"
            })
    void anyOtherIdIsHashedWithItsSource(String id) throws Exception {
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(("source\0" + id).getBytes(StandardCharsets.UTF_8));

        String key = DedupeKeys.of("source", id).toString().replace("-", "");

        assertThat(key).isEqualTo(HexFormat.of().formatHex(hash, 0, 16));
        assertThat(DedupeKeys.of("other", id)).isNotEqualTo(DedupeKeys.of("source", id));
    }

    @Test
    void sourceAndIdDoNotRunIntoEachOther() {
        assertThat(DedupeKeys.of("ab", "c")).isNotEqualTo(DedupeKeys.of("a", "bc"));
        assertThat(DedupeKeys.of("", "x")).isNotEqualTo(DedupeKeys.of("x", ""));
    }
}
