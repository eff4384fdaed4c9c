package dev.aicredits.access;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.server.resource.InvalidBearerTokenException;
import org.springframework.security.oauth2.server.resource.authentication.BearerTokenAuthenticationToken;
import org.springframework.security.web.authentication.AuthenticationConverter;

/** Finds what a request shows of itself: {@code Authorization: Bearer} or {@code X-API-Key}, one of them and once. */
final class Credentials implements AuthenticationConverter {

    static final String API_KEY = "X-API-Key";

    private static final String BEARER = "Bearer ";

    @Override
    public @Nullable Authentication convert(HttpServletRequest request) {
        List<String> authorizations = Collections.list(request.getHeaders(HttpHeaders.AUTHORIZATION));
        List<String> keys = Collections.list(request.getHeaders(API_KEY));
        if (authorizations.isEmpty() && keys.isEmpty()) {
            return null;
        }
        if (authorizations.size() + keys.size() > 1) {
            throw new InvalidBearerTokenException("more than one credential");
        }
        String token =
                keys.isEmpty() ? bearer(authorizations.get(0)) : keys.get(0).strip();
        if (token.isEmpty()) {
            throw new InvalidBearerTokenException("no token");
        }
        return new BearerTokenAuthenticationToken(token);
    }

    private static String bearer(String authorization) {
        return authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())
                ? authorization.substring(BEARER.length()).strip()
                : "";
    }
}
