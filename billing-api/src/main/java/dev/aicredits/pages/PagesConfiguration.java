package dev.aicredits.pages;

import dev.aicredits.access.AccessSettings;
import jakarta.validation.Validator;
import java.time.Clock;
import javax.sql.DataSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.annotation.Order;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.jwt.JwtDecoderFactory;
import org.springframework.security.web.SecurityFilterChain;

/** What all pages share. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(PagesSettings.class)
@Import({HomePages.class, SignInPages.class, ShellAdvice.class, RefusalAdvice.class})
public class PagesConfiguration {

    /** Before the API's, which takes all that is left. */
    private static final int FIRST = 1;

    @Bean
    BrowserSessions browserSessions() {
        return new BrowserSessions();
    }

    @Bean
    JdbcDemoMembers jdbcDemoMembers(DataSource dataSource) {
        return new JdbcDemoMembers(dataSource);
    }

    @Bean
    FormRules formRules(Validator validator) {
        return new FormRules(validator);
    }

    @Bean
    AgentPath agentPath() {
        return new AgentPath();
    }

    @Bean
    Show show(Clock clock) {
        return new Show(clock);
    }

    @Bean
    JwtDecoderFactory<ClientRegistration> idTokenDecoders() {
        return IdentityProvider.idTokens();
    }

    @Bean
    @Order(FIRST)
    SecurityFilterChain pageFilters(
            HttpSecurity http, PagesSettings settings, AccessSettings access, BrowserSessions sessions) {
        return new PagesSecurity(settings, access, sessions).filters(http);
    }
}
