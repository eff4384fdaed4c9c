package dev.aicredits.pages;

import dev.aicredits.access.AccessSettings;
import dev.aicredits.access.CallerAuthentication;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.authentication.InsufficientAuthenticationException;
import org.springframework.security.config.ObjectPostProcessor;
import org.springframework.security.config.annotation.authentication.builders.AuthenticationManagerBuilder;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.oauth2.client.OAuth2LoginConfigurer;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClient;
import org.springframework.security.oauth2.client.registration.ClientRegistrationRepository;
import org.springframework.security.oauth2.client.web.DefaultOAuth2AuthorizationRequestResolver;
import org.springframework.security.oauth2.client.web.OAuth2AuthorizationRequestRedirectFilter;
import org.springframework.security.oauth2.client.web.OAuth2AuthorizationRequestResolver;
import org.springframework.security.oauth2.client.web.OAuth2AuthorizedClientRepository;
import org.springframework.security.oauth2.core.endpoint.OAuth2AuthorizationRequest;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.authentication.LoginUrlAuthenticationEntryPoint;
import org.springframework.security.web.header.writers.ReferrerPolicyHeaderWriter.ReferrerPolicy;
import org.springframework.security.web.savedrequest.HttpSessionRequestCache;
import org.springframework.security.web.savedrequest.RequestCache;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;
import org.springframework.security.web.util.matcher.RequestMatcher;

/** The filters before pages: a session, tokens against forged requests, and a policy that runs no script but ours. */
final class PagesSecurity {

    private static final Logger log = LoggerFactory.getLogger(PagesSecurity.class);

    /** Where pages are. Nothing under {@code /api} is among them: no cookie counts there. */
    private static final String[] PATHS = {
        "/",
        "/settings",
        "/settings/**",
        "/operator",
        "/operator/**",
        "/sign-in",
        "/sign-in/**",
        "/sign-out",
        "/login/**"
    };

    private static final String[] OPEN = {"/sign-in", "/sign-in/**", "/login/**"};

    private static final String PROVIDERS = SignInPages.SIGN_IN + "/with";
    private static final String RETRY_AFTER_SECONDS = "5";

    private static final String CONTENT_POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
                    + " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    private final PagesSettings settings;
    private final AccessSettings access;
    private final BrowserSessions sessions;

    PagesSecurity(PagesSettings settings, AccessSettings access, BrowserSessions sessions) {
        this.settings = settings;
        this.access = access;
        this.sessions = sessions;
    }

    SecurityFilterChain filters(HttpSecurity http) {
        http.securityMatcher(PATHS)
                .authorizeHttpRequests(requests ->
                        requests.requestMatchers(OPEN).permitAll().anyRequest().authenticated())
                .exceptionHandling(refusals -> refusals.authenticationEntryPoint(new SignInFirst())
                        .accessDeniedHandler(PagesSecurity::withoutToken))
                .requestCache(wanted -> wanted.requestCache(wholePages()))
                .logout(logout -> logout.logoutUrl("/sign-out").logoutSuccessUrl(SignInPages.SIGN_IN))
                .headers(headers -> headers.contentSecurityPolicy(policy -> policy.policyDirectives(CONTENT_POLICY))
                        .referrerPolicy(policy -> policy.policy(ReferrerPolicy.SAME_ORIGIN)));
        if (!settings.oidcClientId().isEmpty()) {
            // Else whoever checks the API's keys would be asked about each sign-in that the provider refuses.
            http.getSharedObject(AuthenticationManagerBuilder.class).parentAuthenticationManager(null);
            http.oauth2Login(this::withProvider);
        }
        return http.build();
    }

    /** What a sign-in leads back to: what a browser showed, and neither a part that it asked for nor a stream. */
    private static RequestCache wholePages() {
        HttpSessionRequestCache cache = new HttpSessionRequestCache();
        cache.setRequestMatcher(request -> request.getMethod().equals("GET")
                && !Outcome.isHtmx(request)
                && !String.valueOf(request.getHeader(HttpHeaders.ACCEPT)).contains(MediaType.TEXT_EVENT_STREAM_VALUE));
        return cache;
    }

    private void withProvider(OAuth2LoginConfigurer<HttpSecurity> login) {
        ClientRegistrationRepository provider = new IdentityProvider(settings, access).registrations();
        login.loginPage(SignInPages.SIGN_IN)
                .authorizationEndpoint(
                        endpoint -> endpoint.baseUri(PROVIDERS).authorizationRequestResolver(new OursAlone(provider)))
                .tokenEndpoint(endpoint -> endpoint.accessTokenResponseClient(IdentityProvider.tokens()))
                .clientRegistrationRepository(provider)
                .authorizedClientRepository(new NoTokens())
                .successHandler((request, response, signedIn) ->
                        response.sendRedirect(sessions.begin(signedIn.getName(), request, response)))
                .failureHandler(PagesSecurity::notSignedIn)
                .withObjectPostProcessor(new AwayBefore());
    }

    /** The form has no token of this session: it is over, or the form is another's. Nothing else is refused before a page is. */
    private static void withoutToken(
            HttpServletRequest request, HttpServletResponse response, AccessDeniedException refused)
            throws IOException, ServletException {
        if (SecurityContextHolder.getContext().getAuthentication() instanceof CallerAuthentication) {
            request.getRequestDispatcher(SignInPages.STALE).forward(request, response);
        } else {
            new SignInFirst().commence(request, response, new InsufficientAuthenticationException("no session"));
        }
    }

    /** The provider can't be asked: a page of ours says so. */
    private static void away(HttpServletRequest request, HttpServletResponse response, AuthenticationException e)
            throws IOException, ServletException {
        log.atWarn()
                .addKeyValue(
                        "cause",
                        NestedExceptionUtils.getMostSpecificCause(e).getClass().getSimpleName())
                .log("nobody can sign in: the identity provider does not answer as it should");
        response.setStatus(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
        response.setHeader(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS);
        request.setAttribute(SignInPages.AWAY, true);
        request.getRequestDispatcher(SignInPages.SIGN_IN).forward(request, response);
    }

    private static void notSignedIn(HttpServletRequest request, HttpServletResponse response, AuthenticationException e)
            throws IOException, ServletException {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof IOException) {
                away(request, response, e);
                return;
            }
        }
        response.sendRedirect(SignInPages.SIGN_IN + "?failed");
    }

    /** Whom it redirects to it learns from the provider, and answers 500 by itself if that is away. */
    private static final class AwayBefore implements ObjectPostProcessor<OAuth2AuthorizationRequestRedirectFilter> {

        @Override
        public <O extends OAuth2AuthorizationRequestRedirectFilter> O postProcess(O filter) {
            filter.setAuthenticationFailureHandler(PagesSecurity::away);
            return filter;
        }
    }

    /** Sends a browser to the sign-in, and a part of a page, too: with a header, for it would show the sign-in in its place. */
    private static final class SignInFirst implements AuthenticationEntryPoint {

        private final AuthenticationEntryPoint browsers = new LoginUrlAuthenticationEntryPoint(SignInPages.SIGN_IN);

        @Override
        public void commence(HttpServletRequest request, HttpServletResponse response, AuthenticationException e)
                throws IOException, ServletException {
            if (Outcome.isHtmx(request)) {
                response.setHeader("HX-Redirect", SignInPages.SIGN_IN);
                response.setStatus(HttpServletResponse.SC_OK);
            } else {
                browsers.commence(request, response, e);
            }
        }
    }

    /** Leaves what names another provider to whoever answers unknown paths: Spring's own takes it for a failure of ours. */
    private static final class OursAlone implements OAuth2AuthorizationRequestResolver {

        private final RequestMatcher ours =
                PathPatternRequestMatcher.withDefaults().matcher(PROVIDERS + "/" + IdentityProvider.ID);
        private final OAuth2AuthorizationRequestResolver next;

        OursAlone(ClientRegistrationRepository provider) {
            this.next = new DefaultOAuth2AuthorizationRequestResolver(provider, PROVIDERS);
        }

        @Override
        public @Nullable OAuth2AuthorizationRequest resolve(HttpServletRequest request) {
            return ours.matches(request) ? next.resolve(request) : null;
        }

        @Override
        public @Nullable OAuth2AuthorizationRequest resolve(HttpServletRequest request, String registrationId) {
            return IdentityProvider.ID.equals(registrationId) ? next.resolve(request, registrationId) : null;
        }
    }

    /** Keeps no token of the provider's: who somebody is was all that we wanted to know. */
    private static final class NoTokens implements OAuth2AuthorizedClientRepository {

        @Override
        @SuppressWarnings("TypeParameterUnusedInFormals") // It is the interface's.
        public <T extends OAuth2AuthorizedClient> @Nullable T loadAuthorizedClient(
                String registrationId, Authentication principal, HttpServletRequest request) {
            return null;
        }

        @Override
        public void saveAuthorizedClient(
                OAuth2AuthorizedClient client,
                Authentication principal,
                HttpServletRequest request,
                HttpServletResponse response) {}

        @Override
        public void removeAuthorizedClient(
                String registrationId,
                Authentication principal,
                HttpServletRequest request,
                HttpServletResponse response) {}
    }
}
