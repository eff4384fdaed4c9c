package dev.aicredits.access;

import java.time.Duration;
import java.util.Collection;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.http.client.SimpleClientHttpRequestFactory;
import org.springframework.security.oauth2.core.OAuth2TokenValidator;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder.JwkSetUriJwtDecoderBuilder;
import org.springframework.web.client.RestTemplate;

/** How the identity provider is asked for anything: whoever waits for it, a caller or a person who signs in, waits a bounded time. */
public final class ProviderRequests {

    /** How long a request waits until the provider has taken the connection, and again until it says something. */
    private static final Duration TIMEOUT = Duration.ofSeconds(3);

    private ProviderRequests() {}

    /** Makes requests that fail with an {@link java.io.IOException} after 3 seconds without a connection, or without an answer. */
    public static ClientHttpRequestFactory impatient() {
        SimpleClientHttpRequestFactory http = new SimpleClientHttpRequestFactory();
        http.setConnectTimeout(TIMEOUT);
        http.setReadTimeout(TIMEOUT);
        return http;
    }

    /**
     * Checks tokens by the provider's keys, which it asks for impatiently and keeps.
     *
     * @param keys where the keys are
     * @param algorithms those that a token may be signed with
     * @param validator what else has to be true of a token
     */
    public static NimbusJwtDecoder decoder(
            JwkSetUriJwtDecoderBuilder keys,
            Collection<SignatureAlgorithm> algorithms,
            OAuth2TokenValidator<Jwt> validator) {
        NimbusJwtDecoder decoder = keys.restOperations(new RestTemplate(impatient()))
                .jwsAlgorithms(accepted -> accepted.addAll(algorithms))
                .build();
        decoder.setJwtValidator(validator);
        return decoder;
    }
}
