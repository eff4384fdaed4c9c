package dev.aicredits.checkout;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Reads a request's body as it came, up to a limit. */
final class RequestBodies {

    private RequestBodies() {}

    /**
     * The bytes of the body.
     *
     * @throws ProblemException {@link Problem#BODY_TOO_LARGE} before more than {@code bytesMax} are held
     */
    static byte[] read(HttpServletRequest request, int bytesMax) {
        if (request.getContentLengthLong() > bytesMax) {
            throw new ProblemException(Problem.BODY_TOO_LARGE);
        }
        byte[] body;
        try {
            body = request.getInputStream().readNBytes(bytesMax + 1);
        } catch (IOException e) {
            throw new UncheckedIOException("the client went away", e);
        }
        if (body.length > bytesMax) {
            throw new ProblemException(Problem.BODY_TOO_LARGE);
        }
        return body;
    }
}
