package dev.aicredits.checkout;

import dev.aicredits.problem.CommonProblem;
import dev.aicredits.problem.ProblemException;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads a request's body as it came, up to a limit. */
final class RequestBodies {

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private RequestBodies() {}

    /**
     * The bytes of the body.
     *
     * @throws ProblemException {@link CommonProblem#BODY_TOO_LARGE} before more than {@code bytesMax} are held
     */
    static byte[] read(HttpServletRequest request, int bytesMax) {
        if (request.getContentLengthLong() > bytesMax) {
            throw new ProblemException(CommonProblem.BODY_TOO_LARGE);
        }
        byte[] body;
        try {
            body = request.getInputStream().readNBytes(bytesMax + 1);
        } catch (IOException e) {
            throw new UncheckedIOException("the client went away", e);
        }
        if (body.length > bytesMax) {
            throw new ProblemException(CommonProblem.BODY_TOO_LARGE);
        }
        return body;
    }

    /** The body as a JSON object, or {@link CommonProblem#MALFORMED_BODY}. Its numbers are exact. */
    static JsonNode parse(byte[] body) {
        JsonNode request;
        try {
            request = JSON.readTree(body);
        } catch (JacksonException e) {
            throw new ProblemException(CommonProblem.MALFORMED_BODY);
        }
        if (!request.isObject()) {
            throw new ProblemException(CommonProblem.MALFORMED_BODY);
        }
        return request;
    }
}
