package dev.aicredits.pages;

import dev.aicredits.access.AccessSettings;
import java.time.Duration;
import java.util.Map;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.http.client.SimpleClientHttpRequestFactory;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.client.registration.ClientRegistrationRepository;
import org.springframework.security.oauth2.client.registration.ClientRegistrations;
import org.springframework.security.oauth2.client.registration.InMemoryClientRegistrationRepository;
import org.springframework.security.oauth2.client.registration.SupplierClientRegistrationRepository;
import org.springframework.web.client.RestClient;

/** Where people sign in, as its <a href="https://openid.net/specs/openid-connect-discovery-1_0.html">discovery document</a> says. */
final class IdentityProvider {

    static final String ID = "oidc";
    static final String CALLBACK = "/login/oauth2/code/" + ID;

    private static final String DISCOVERY = "/.well-known/openid-configuration";

    /** How long a sign-in waits for the provider to connect, and to answer. */
    private static final Duration TIMEOUT = Duration.ofSeconds(3);

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
        SimpleClientHttpRequestFactory http = new SimpleClientHttpRequestFactory();
        http.setConnectTimeout(TIMEOUT);
        http.setReadTimeout(TIMEOUT);
        Map<String, Object> document = RestClient.builder()
                .requestFactory(http)
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
}
