package dev.aicredits.pages;

import dev.aicredits.access.AccessSettings;
import dev.aicredits.access.ProviderRequests;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.http.converter.FormHttpMessageConverter;
import org.springframework.security.oauth2.client.endpoint.OAuth2AccessTokenResponseClient;
import org.springframework.security.oauth2.client.endpoint.OAuth2AuthorizationCodeGrantRequest;
import org.springframework.security.oauth2.client.endpoint.RestClientAuthorizationCodeTokenResponseClient;
import org.springframework.security.oauth2.client.http.OAuth2ErrorResponseErrorHandler;
import org.springframework.security.oauth2.client.oidc.authentication.OidcIdTokenDecoderFactory;
import org.springframework.security.oauth2.client.oidc.authentication.OidcIdTokenValidator;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.client.registration.ClientRegistrationRepository;
import org.springframework.security.oauth2.client.registration.ClientRegistrations;
import org.springframework.security.oauth2.client.registration.InMemoryClientRegistrationRepository;
import org.springframework.security.oauth2.client.registration.SupplierClientRegistrationRepository;
import org.springframework.security.oauth2.core.converter.ClaimTypeConverter;
import org.springframework.security.oauth2.core.http.converter.OAuth2AccessTokenResponseHttpMessageConverter;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtDecoderFactory;
import org.springframework.security.oauth2.jwt.JwtValidators;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.web.client.RestClient;

/** Where people sign in, as its <a href="https://openid.net/specs/openid-connect-discovery-1_0.html">discovery document</a> says. */
final class IdentityProvider {

    static final String ID = "oidc";
    static final String CALLBACK = "/login/oauth2/code/" + ID;

    private static final String DISCOVERY = "/.well-known/openid-configuration";

    private final PagesSettings settings;
    private final String issuer;

    IdentityProvider(PagesSettings settings, AccessSettings access) {
        this.settings = settings;
        this.issuer = access.oidcIssuer();
    }

    /** Asks the provider at the first sign-in, not at the start, and after a failure at the next. */
    ClientRegistrationRepository registrations() {
        return new SupplierClientRegistrationRepository(() -> new InMemoryClientRegistrationRepository(registration()));
    }

    private ClientRegistration registration() {
        return ClientRegistrations.fromOidcConfiguration(discovered())
                .registrationId(ID)
                .clientId(settings.oidcClientId())
                .clientSecret(settings.oidcClientSecret())
                .redirectUri(settings.url(CALLBACK))
                .scope("openid")
                .build();
    }

    private Map<String, Object> discovered() {
        Map<String, Object> document = RestClient.builder()
                .requestFactory(ProviderRequests.impatient())
                .build()
                .get()
                .uri(issuer.replaceAll("/+$", "") + DISCOVERY)
                .retrieve()
                .body(new ParameterizedTypeReference<>() {});
        if (document == null || !issuer.equals(document.get("issuer"))) {
            throw new IllegalStateException(
                    "the identity provider calls itself otherwise than the setting oidc-issuer");
        }
        return document;
    }

    /** Exchanges a code for what the provider says of who signed in; as Spring Security does, but for the time-out. */
    static OAuth2AccessTokenResponseClient<OAuth2AuthorizationCodeGrantRequest> tokens() {
        RestClientAuthorizationCodeTokenResponseClient client = new RestClientAuthorizationCodeTokenResponseClient();
        client.setRestClient(RestClient.builder()
                .requestFactory(ProviderRequests.impatient())
                .configureMessageConverters(converters -> converters
                        .addCustomConverter(new FormHttpMessageConverter())
                        .addCustomConverter(new OAuth2AccessTokenResponseHttpMessageConverter()))
                .defaultStatusHandler(new OAuth2ErrorResponseErrorHandler())
                .build());
        return client;
    }

    /** Checks the provider's ID tokens, by keys that it is asked for; as Spring Security does, but for the time-out. */
    static JwtDecoderFactory<ClientRegistration> idTokens() {
        Map<String, JwtDecoder> decoders = new ConcurrentHashMap<>();
        return registration -> decoders.computeIfAbsent(registration.getRegistrationId(), id -> idTokens(registration));
    }

    private static NimbusJwtDecoder idTokens(ClientRegistration registration) {
        NimbusJwtDecoder decoder = ProviderRequests.decoder(
                NimbusJwtDecoder.withJwkSetUri(
                        Objects.requireNonNull(registration.getProviderDetails().getJwkSetUri())),
                List.of(SignatureAlgorithm.RS256),
                JwtValidators.createDefaultWithValidators(List.of(new OidcIdTokenValidator(registration))));
        decoder.setClaimSetConverter(
                new ClaimTypeConverter(OidcIdTokenDecoderFactory.createDefaultClaimTypeConverters()));
        return decoder;
    }
}
