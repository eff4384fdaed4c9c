package dev.aicredits.access;

import dev.aicredits.problem.TextRules;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.springframework.security.oauth2.jose.jws.MacAlgorithm;
import org.springframework.security.oauth2.jwt.JwsHeader;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtClaimsSet;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtEncoderParameters;
import org.springframework.security.oauth2.jwt.JwtException;
import org.springframework.security.oauth2.jwt.JwtTimestampValidator;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.security.oauth2.jwt.NimbusJwtEncoder;

/**
 * Lets one process of ours call another for a person whom it has signed in: a token of a minute that both can make and check,
 * under a secret that nobody else has. It says who the person is and nothing of what they may do, which is looked up as ever.
 */
public final class Delegations {

    /** By which a token is told from others. */
    static final String PREFIX = "mcpstack_dt_";

    private static final String ISSUER = "aicredits";
    private static final Duration LIFE = Duration.ofMinutes(1);

    /** By how much the clocks of two processes of ours may differ; a token is used within moments, so most of its life is left for that. */
    private static final Duration SKEW_MAX = Duration.ofSeconds(5);

    private final List<SecretKey> secrets;
    private final List<JwtDecoder> decoders;
    private final Clock clock;

    /** Takes {@code secrets}, of which the first signs and all verify. */
    public Delegations(List<String> secrets, Clock clock) {
        this.secrets = secrets.stream().map(Delegations::key).toList();
        this.decoders =
                this.secrets.stream().map(secret -> decoder(secret, clock)).toList();
        this.clock = clock;
    }

    private static SecretKey key(String secret) {
        return new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256");
    }

    private static JwtDecoder decoder(SecretKey secret, Clock clock) {
        JwtTimestampValidator time = new JwtTimestampValidator(SKEW_MAX);
        time.setClock(clock);
        time.setAllowEmptyExpiryClaim(false);
        NimbusJwtDecoder decoder = NimbusJwtDecoder.withSecretKey(secret)
                .macAlgorithm(MacAlgorithm.HS256)
                .build();
        decoder.setJwtValidator(time);
        return decoder;
    }

    /** Whether there is a secret, and so a way to call for somebody. */
    public boolean isPossible() {
        return !secrets.isEmpty();
    }

    /**
     * What to show as a bearer token when calling for the person.
     *
     * @throws IllegalStateException without a secret
     */
    public String token(Caller.Person person) {
        if (!isPossible()) {
            throw new IllegalStateException("no delegation secret is set");
        }
        Instant now = clock.instant();
        JwtClaimsSet claims = JwtClaimsSet.builder()
                .issuer(ISSUER)
                .subject(person.principalId())
                .issuedAt(now)
                .expiresAt(now.plus(LIFE))
                .build();
        JwtEncoderParameters parameters =
                JwtEncoderParameters.from(JwsHeader.with(MacAlgorithm.HS256).build(), claims);
        NimbusJwtEncoder encoder = NimbusJwtEncoder.withSecretKey(secrets.get(0))
                .algorithm(MacAlgorithm.HS256)
                .build();
        return PREFIX + encoder.encode(parameters).getTokenValue();
    }

    /** For whom the token calls; none if it is not ours, or its time is over. */
    Optional<Caller> caller(String token) {
        return decoders.stream()
                .flatMap(decoder -> subject(decoder, token.substring(PREFIX.length())).stream())
                .findFirst()
                .map(Caller.Person::new);
    }

    private static Optional<String> subject(JwtDecoder decoder, String token) {
        try {
            Jwt jwt = decoder.decode(token);
            return Optional.ofNullable(jwt.getSubject())
                    .filter(subject -> !TextRules.storable(subject).isBlank());
        } catch (JwtException e) {
            return Optional.empty();
        }
    }
}
