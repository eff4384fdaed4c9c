package dev.aicredits.pages;

import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.NotNull;
import java.net.URI;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Every setting of pages, {@code aicredits.pages.*}; an unknown one keeps the process from starting.
 *
 * @param publicUrl where people's browsers reach the pages
 * @param oidcClientId what the pages are called at the identity provider that access names; without it nobody signs in there
 * @param oidcClientSecret what they show of themselves there
 * @param demoSignIn lets whoever comes over loopback be any member; for trying things on one's own machine
 * @param checkoutUrl where checkout-sync-worker is served; without it nothing can be bought or reconciled in pages
 */
@Validated
@ConfigurationProperties(prefix = "aicredits.pages", ignoreUnknownFields = false)
public record PagesSettings(
        @DefaultValue("http://127.0.0.1:8081") @NotNull URI publicUrl,
        @DefaultValue("") @NotNull String oidcClientId,
        @DefaultValue("") @NotNull String oidcClientSecret,
        @DefaultValue("false") boolean demoSignIn,
        @DefaultValue("") @NotNull String checkoutUrl) {

    @AssertTrue(message = "oidc-client-id and oidc-client-secret belong together") boolean isClientWhole() {
        return oidcClientId.isEmpty() == oidcClientSecret.isEmpty();
    }

    /** Refuses a choice of members where there are real ones. */
    @AssertTrue(message = "demo-sign-in and oidc-client-id exclude each other") boolean isOneWayIn() {
        return !demoSignIn || oidcClientId.isEmpty();
    }

    @AssertTrue(message = "public-url and checkout-url begin with http:// or https://") boolean isUrlsAbsolute() {
        return publicUrl.toString().matches("https?://.+") && checkoutUrl.matches("(https?://.+)?");
    }

    /** The public URL of a path that begins with a slash. */
    public String url(String path) {
        return publicUrl.toString().replaceAll("/+$", "") + path;
    }

    /** Never shows the secret. */
    @Override
    public String toString() {
        return "PagesSettings[publicUrl=" + publicUrl + ", oidcClientId=" + oidcClientId + ", demoSignIn=" + demoSignIn
                + ", checkoutUrl=" + checkoutUrl + "]";
    }
}
