package dev.aicredits.checkout;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;

/** Lets through who has the one configured key, and nobody where none is configured. */
final class DemoKey implements HandlerInterceptor {

    private static final String BEARER = "Bearer ";

    private final byte @Nullable [] expected;

    DemoKey(String key) {
        this.expected = key.isBlank() ? null : hash(key);
    }

    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
        if (!(handler instanceof HandlerMethod)) {
            // No endpoint of anybody's: it will be 404, and the advice that answers for ours is not asked.
            return true;
        }
        String presented = presented(request);
        // Hashes have one length: comparing them tells nothing of the key's.
        if (expected == null || presented == null || !MessageDigest.isEqual(expected, hash(presented))) {
            response.setHeader(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
            throw new ProblemException(Problem.UNAUTHENTICATED);
        }
        return true;
    }

    private static @Nullable String presented(HttpServletRequest request) {
        String authorization = request.getHeader(HttpHeaders.AUTHORIZATION);
        if (authorization != null) {
            return authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())
                    ? authorization.substring(BEARER.length())
                    : null;
        }
        return request.getHeader("X-API-Key");
    }

    private static byte[] hash(String key) {
        return RequestHash.sha256().digest(key.getBytes(StandardCharsets.UTF_8));
    }
}
