package dev.aicredits.access;

import dev.aicredits.problem.TextRules;
import java.io.Serial;
import org.jspecify.annotations.Nullable;
import org.springframework.core.NestedRuntimeException;
import org.springframework.dao.DataAccessException;
import org.springframework.security.authentication.AuthenticationManager;
import org.springframework.security.authentication.AuthenticationServiceException;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtException;
import org.springframework.security.oauth2.server.resource.InvalidBearerTokenException;
import org.springframework.security.oauth2.server.resource.authentication.BearerTokenAuthenticationToken;
import org.springframework.transaction.TransactionException;

/**
 * Finds out who shows a credential: a key of ours, another process of ours for whom it calls, or else a token of the identity
 * provider if there is one.
 */
final class CredentialCheck implements AuthenticationManager {

    /** Who shows a key can't be looked up: the database is away. Its cause says so. */
    static final class CallersUnknown extends AuthenticationServiceException {

        @Serial
        private static final long serialVersionUID = 1L;

        CallersUnknown(NestedRuntimeException cause) {
            super("callers can't be looked up", cause);
        }
    }

    private final JdbcCallers callers;
    private final Delegations delegations;
    private final @Nullable JwtDecoder tokens;

    CredentialCheck(JdbcCallers callers, Delegations delegations, @Nullable JwtDecoder tokens) {
        this.callers = callers;
        this.delegations = delegations;
        this.tokens = tokens;
    }

    @Override
    public Authentication authenticate(Authentication presented) {
        String token = ((BearerTokenAuthenticationToken) presented).getToken();
        return new CallerAuthentication(caller(token));
    }

    private Caller caller(String token) {
        if (token.startsWith(ApiKey.PREFIX)) {
            return byKey(token);
        }
        if (token.startsWith(Delegations.PREFIX)) {
            return delegations.caller(token).orElseThrow(() -> new InvalidBearerTokenException("no valid delegation"));
        }
        return byToken(token);
    }

    private Caller byKey(String text) {
        try {
            return ApiKey.parse(text)
                    .flatMap(callers::byKey)
                    .orElseThrow(() -> new InvalidBearerTokenException("no valid key"));
        } catch (DataAccessException | TransactionException e) {
            throw new CallersUnknown(e);
        }
    }

    private Caller byToken(String token) {
        if (tokens == null) {
            throw new InvalidBearerTokenException("no identity provider is configured");
        }
        try {
            String subject = tokens.decode(token).getSubject();
            if (subject == null || TextRules.storable(subject).isBlank()) {
                throw new InvalidBearerTokenException("a token without a subject that we could know");
            }
            return new Caller.Person(subject);
        } catch (BadJwtException e) {
            throw new InvalidBearerTokenException("no valid token", e);
        } catch (JwtException e) {
            throw new AuthenticationServiceException("tokens can't be checked", e);
        }
    }
}
