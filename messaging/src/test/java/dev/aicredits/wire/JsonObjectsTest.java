package dev.aicredits.wire;

import static dev.aicredits.wire.SampleEvent.inference;
import static dev.aicredits.wire.SampleEvent.quoted;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aicredits.wire.DecodedUsage.Refused;
import dev.aicredits.wire.DecodedUsage.Usable;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonObjectsTest {

    /** More than a parser reads ahead. */
    private static final int LONG = 20_000;

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{", "}", ",", "[", "]", "1", "null", "x", "//", "\u0000", "\f"})
    void nothingFollowsAnObject(String rest) {
        for (String json : new String[] {inference().json(), longEvent()}) {
            for (String between : new String[] {"", " ", " ".repeat(LONG)}) {
                assertThat(decode(json + between + rest))
                        .isEqualTo(new Refused(DeadLetterReason.MALFORMED, "something follows the JSON object"));
                assertUsable(json);
            }
        }
    }

    @Test
    void whiteSpaceMayFollowAndPrecede() {
        for (String blank : new String[] {"\n", " \t\r\n", " ".repeat(LONG)}) {
            assertUsable(blank + inference().json() + blank);
            assertUsable(blank + longEvent() + blank);
        }
    }

    @Test
    void aValueThatEndsTooEarlyTakesNothingOfTheNext() {
        String whole = longEvent();
        for (int length : new int[] {1, 100, whole.length() / 2, whole.length() - 1}) {
            assertThat(decode(whole.substring(0, length)))
                    .isEqualTo(new Refused(DeadLetterReason.MALFORMED, "the value is not JSON within our limits"));
            assertThat(decode(whole.substring(length))).isInstanceOf(Refused.class);
            assertUsable(whole);
        }
    }

    @Test
    void namesThatComeOnceDoNotAddUp() {
        for (int i = 0; i < 3 * JsonObjects.VALUES_PER_PARSER; i++) {
            assertUsable(inference().with("data.unknown_member_" + i, "{}").json());
        }
    }

    private static String longEvent() {
        return inference().with("x", quoted("y".repeat(LONG))).json();
    }

    private static void assertUsable(String json) {
        assertThat(decode(json)).isInstanceOf(Usable.class);
    }

    private static DecodedUsage decode(String json) {
        return SampleEvent.decode(new RecordHeaders(), json);
    }
}
