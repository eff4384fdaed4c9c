package dev.aicredits.access;

import dev.aicredits.access.CredentialCheck.CallersUnknown;
import dev.aicredits.problem.CommonProblem;
import dev.aicredits.problem.ProblemAnswer;
import dev.aicredits.problem.ProblemClassifier;
import dev.aicredits.problem.ProblemConfiguration;
import dev.aicredits.problem.ProblemWriter;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import javax.sql.DataSource;
import org.apache.tomcat.util.buf.EncodedSolidusHandling;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.tomcat.ConfigurableTomcatWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.security.authentication.AuthenticationManager;
import org.springframework.security.authentication.AuthenticationServiceException;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configuration.EnableWebSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.oauth2.server.resource.web.authentication.BearerTokenAuthenticationFilter;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.firewall.HttpFirewall;
import org.springframework.security.web.firewall.StrictHttpFirewall;
import org.springframework.security.web.header.writers.ReferrerPolicyHeaderWriter.ReferrerPolicy;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.CorsConfigurationSource;
import org.springframework.web.cors.UrlBasedCorsConfigurationSource;
import org.springframework.web.filter.CorsFilter;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/** Who may call what; imported by each process that serves routes. It brings {@link ProblemConfiguration}. */
@Configuration(proxyBeanMethods = false)
@EnableWebSecurity
@EnableConfigurationProperties(AccessSettings.class)
@Import(ProblemConfiguration.class)
public class AccessConfiguration {

    private static final Logger log = LoggerFactory.getLogger(AccessConfiguration.class);

    @Bean
    KeyHashes keyHashes(AccessSettings settings) {
        return new KeyHashes(settings.keyPeppers());
    }

    @Bean
    JdbcCallers jdbcCallers(DataSource dataSource, KeyHashes hashes, Clock clock) {
        return new JdbcCallers(dataSource, hashes, clock);
    }

    @Bean
    RateLimits rateLimits(AccessSettings settings) {
        return new RateLimits(settings.requestsPerSecond(), settings.requestsBurst(), System::nanoTime);
    }

    @Bean
    Delegations delegations(AccessSettings settings, Clock clock) {
        return new Delegations(settings.delegationSecrets(), clock);
    }

    @Bean
    AuthenticationManager credentialCheck(
            JdbcCallers callers, Delegations delegations, AccessSettings settings, Clock clock) {
        return new CredentialCheck(
                callers,
                delegations,
                settings.oidcIssuer().isEmpty()
                        ? null
                        : Tokens.of(settings.oidcIssuer(), settings.oidcAudience(), settings.oidcJwksUri(), clock));
    }

    @Bean
    Routes routes(@Qualifier("requestMappingHandlerMapping") RequestMappingHandlerMapping mapping) {
        return new Routes(mapping);
    }

    /**
     * Platforms choose the ids of agents and of their users, and {@code team/agent} or {@code 100%} are some: in a path they are
     * escaped. Who may call a route is asked of the route that was found, never of the path's text.
     */
    @Bean
    HttpFirewall escapedIds() {
        StrictHttpFirewall firewall = new StrictHttpFirewall();
        firewall.setAllowUrlEncodedSlash(true);
        firewall.setAllowUrlEncodedPercent(true);
        firewall.setAllowSemicolon(true);
        return firewall;
    }

    @Bean
    WebServerFactoryCustomizer<ConfigurableTomcatWebServerFactory> escapedSlashes() {
        return factory -> factory.addConnectorCustomizers(
                connector -> connector.setEncodedSolidusHandling(EncodedSolidusHandling.PASS_THROUGH.getValue()));
    }

    @Bean
    SecurityFilterChain accessFilters(
            HttpSecurity http, AuthenticationManager credentials, AccessSettings settings, ProblemWriter problems) {
        BearerTokenAuthenticationFilter authentication =
                new BearerTokenAuthenticationFilter(credentials, new Credentials());
        AuthenticationEntryPoint refusal = refusal(problems);
        authentication.setAuthenticationEntryPoint(refusal);
        authentication.setAuthenticationFailureHandler(refusal::commence);
        return http.sessionManagement(session -> session.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                // No cookies, so nothing that another site's page could make a browser send.
                .csrf(AbstractHttpConfigurer::disable)
                .logout(AbstractHttpConfigurer::disable)
                .requestCache(AbstractHttpConfigurer::disable)
                .cors(Customizer.withDefaults())
                .headers(headers -> headers.referrerPolicy(policy -> policy.policy(ReferrerPolicy.NO_REFERRER)))
                .addFilterAfter(new BodyLimit(settings.bodyBytesMax().toBytes(), problems), CorsFilter.class)
                .addFilter(authentication)
                .build();
    }

    private static AuthenticationEntryPoint refusal(ProblemWriter problems) {
        return (request, response, e) -> {
            if (e instanceof CallersUnknown) {
                problems.write(response, ProblemClassifier.classify(Objects.requireNonNull(e.getCause())));
            } else if (e instanceof AuthenticationServiceException) {
                log.atWarn().setCause(e).log("a token could not be checked");
                problems.write(response, ProblemAnswer.of(CommonProblem.IDENTITY_PROVIDER_UNAVAILABLE));
            } else {
                problems.write(response, ProblemAnswer.of(CommonProblem.UNAUTHENTICATED));
            }
        };
    }

    @Bean
    CorsConfigurationSource corsConfigurationSource(AccessSettings settings) {
        CorsConfiguration cors = new CorsConfiguration();
        cors.setAllowedOrigins(settings.corsOrigins());
        cors.setAllowedMethods(List.of("GET", "POST", "PUT", "PATCH", "DELETE"));
        cors.setAllowedHeaders(
                List.of("Authorization", Credentials.API_KEY, "Content-Type", "Idempotency-Key", "If-None-Match"));
        cors.setExposedHeaders(List.of("ETag", "Retry-After", "RateLimit", "RateLimit-Policy"));
        UrlBasedCorsConfigurationSource source = new UrlBasedCorsConfigurationSource();
        source.registerCorsConfiguration("/**", cors);
        return source;
    }

    @Bean
    WebMvcConfigurer accessRules(JdbcCallers callers, RateLimits limits) {
        return new WebMvcConfigurer() {
            @Override
            public void addInterceptors(InterceptorRegistry interceptors) {
                interceptors.addInterceptor(new AccessInterceptor(callers, limits));
            }

            @Override
            public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
                resolvers.add(new AccessParameters());
            }
        };
    }
}
