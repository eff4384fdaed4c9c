package dev.aicredits.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aicredits.problem.ProblemException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventBatchTest {

    @Test
    void eachEventIsItsOwnBytesWhateverIsBetweenThem() {
        Random random = new Random(7);
        List<String> pieces = List.of(
                "{}",
                "{\"a\":1}",
                "{ \"\u00fc\u30e2\ud83d\ude80\" : [ {\"]\" : \"}\\\"\"} , 1e999999, -0.0 ] }",
                "{\"a\":1,\"a\":2}",
                "{\"n\":" + "9".repeat(5_000) + "}",
                "{\"" + "x".repeat(60_000) + "\":null}",
                "{\"\\u0000\":\"\\ud800\"}",
                "{\"d\":" + "[".repeat(400) + "]".repeat(400) + "}",
                "\"\u00e9\\n\"",
                "[1,[2]]",
                "17",
                "-1.5e3",
                "true",
                "null",
                "\"\"");
        for (int run = 0; run < 200; run++) {
            List<String> events = random.ints(1 + random.nextInt(12), 0, pieces.size())
                    .mapToObj(pieces::get)
                    .toList();
            String space = List.of("", " ", "\r\n\t").get(random.nextInt(3));
            String body = space + "[" + space + String.join(space + "," + space, events) + space + "]" + space;

            assertThat(split(body, 12)).isEqualTo(events);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{}",
                "7",
                "\"[]\"",
                "[",
                "[{}",
                "[{},",
                "[{}]]",
                "[{}] x",
                "[{},]",
                "[{}{}]",
                "[,]",
                "[NaN]",
                "['a']",
                "[{\"a\":1]",
                "[\"\u0001\"]",
                "\ufeff[{}]",
                "[{}]//",
                "nul"
            })
    void whatIsNoArrayOfJsonIsRefusedWhole(String body) {
        assertThatThrownBy(() -> split(body, 10)).isInstanceOfSatisfying(ProblemException.class, e -> assertThat(
                        e.problem().code())
                .isEqualTo("malformed_body"));
    }

    @Test
    void aBatchHasAnEventAndNoMoreThanAllowed() {
        assertThat(split(IntStream.range(0, 10).mapToObj(i -> "{}").collect(Collectors.joining(",", "[", "]")), 10))
                .hasSize(10);
        assertThatThrownBy(() -> split("[{},{},{}]", 2))
                .isInstanceOfSatisfying(
                        ProblemException.class, e -> assertThat(e.problem()).isEqualTo(IntakeProblem.BATCH_TOO_LARGE));
        assertThatThrownBy(() -> split("[]", 2))
                .isInstanceOfSatisfying(
                        ProblemException.class, e -> assertThat(e.problem()).isEqualTo(IntakeProblem.BATCH_EMPTY));
    }

    private static List<String> split(String body, int max) {
        return EventBatch.split(body.getBytes(StandardCharsets.UTF_8), max).stream()
                .map(event -> new String(event, StandardCharsets.UTF_8))
                .toList();
    }
}
