package dev.aicredits.intake;

import dev.aicredits.problem.CommonProblem;
import dev.aicredits.problem.ProblemException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;

/**
 * Takes a JSON array of events apart into the events' own bytes, unchanged. It judges none of them: what is wrong with one
 * is no fault of its neighbours, unless nobody can tell where it ends.
 */
final class EventBatch {

    /** What one event may not have is for its decoder to say; the length of the body bounds all of these. */
    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNameLength(Integer.MAX_VALUE)
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNumberLength(Integer.MAX_VALUE)
                    .build())
            // The parser of bytes, which knows where in them it stands; and UTF-8 is all that is taken.
            .disable(TokenStreamFactory.Feature.CHARSET_DETECTION)
            .build();

    private EventBatch() {}

    /**
     * The events of {@code body}, in order.
     *
     * @throws ProblemException if it is no JSON array, has no event, or more than {@code eventsMax}
     */
    static List<byte[]> split(byte[] body, int eventsMax) {
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), body)) {
            List<byte[]> events = split(parser, body, eventsMax);
            if (events.isEmpty()) {
                throw new ProblemException(IntakeProblem.BATCH_EMPTY);
            }
            return events;
        } catch (JacksonException e) {
            throw new ProblemException(CommonProblem.MALFORMED_BODY);
        }
    }

    private static List<byte[]> split(JsonParser parser, byte[] body, int eventsMax) {
        List<byte[]> events = new ArrayList<>();
        requireToken(parser.nextToken() == JsonToken.START_ARRAY);
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (events.size() == eventsMax) {
                throw new ProblemException(IntakeProblem.BATCH_TOO_LARGE, Map.of("eventsMax", eventsMax));
            }
            int start = Math.toIntExact(parser.currentTokenLocation().getByteOffset());
            parser.skipChildren();
            parser.finishToken();
            int end = Math.toIntExact(parser.currentLocation().getByteOffset());
            events.add(Arrays.copyOfRange(body, start, end));
        }
        requireToken(parser.nextToken() == null);
        return events;
    }

    private static void requireToken(boolean expected) {
        if (!expected) {
            throw new ProblemException(CommonProblem.MALFORMED_BODY);
        }
    }
}
