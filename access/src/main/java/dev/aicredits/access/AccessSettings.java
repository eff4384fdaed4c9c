package dev.aicredits.access;

import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * Every setting of access, {@code aicredits.access.*}; an unknown one keeps the process from starting.
 *
 * @param keyPeppers what keys are hashed under, 32 characters or more each: the first makes hashes, all verify
 * @param oidcIssuer the identity provider whose tokens are taken; without it none are
 * @param oidcAudience what its tokens must be made for
 * @param oidcJwksUri where its keys are; else it is asked where
 * @param delegationSecrets what processes of ours sign with for each other whom they call for, 32 characters or more each: the
 *     first signs, all verify; without one none calls for anybody
 * @param corsOrigins origins of pages that may call from a browser
 * @param bodyBytesMax the largest body of a request
 * @param requestsPerSecond how many requests a caller may make each second, over time
 * @param requestsBurst how many at once
 */
@Validated
@ConfigurationProperties(prefix = "aicredits.access", ignoreUnknownFields = false)
public record AccessSettings(
        @NotEmpty List<String> keyPeppers,
        @DefaultValue("") @NotNull String oidcIssuer,
        @DefaultValue("") @NotNull String oidcAudience,
        @DefaultValue("") @NotNull String oidcJwksUri,
        @DefaultValue List<String> delegationSecrets,
        @DefaultValue List<String> corsOrigins,
        @DefaultValue("1MB") DataSize bodyBytesMax,
        @DefaultValue("1000") @Min(1) @Max(1_000_000) int requestsPerSecond,
        @DefaultValue("2000") @Min(1) @Max(1_000_000) int requestsBurst) {

    private static final int PEPPER_LENGTH_MIN = 32;
    private static final int SECRET_BYTES_MIN = 32;

    /** Refuses peppers that could be guessed: who has the database could then make keys. */
    @AssertTrue(message = "key-peppers have 32 characters or more each") boolean isKeyPeppersLong() {
        return keyPeppers == null || keyPeppers.stream().allMatch(pepper -> pepper.length() >= PEPPER_LENGTH_MIN);
    }

    /** Refuses secrets that could be guessed: who has one can be anybody. */
    @AssertTrue(message = "delegation-secrets have 32 characters or more each") boolean isDelegationSecretsLong() {
        return delegationSecrets.stream()
                .allMatch(secret -> secret.getBytes(StandardCharsets.UTF_8).length >= SECRET_BYTES_MIN);
    }

    /** Refuses an issuer whose tokens for anybody would be taken. */
    @AssertTrue(message = "oidc-issuer and oidc-audience belong together") boolean isAudienceKnown() {
        return oidcIssuer.isEmpty() == oidcAudience.isEmpty() && (!oidcIssuer.isEmpty() || oidcJwksUri.isEmpty());
    }

    @AssertTrue(message = "body-bytes-max is between 1KB and 16MB") boolean isBodyBytesInRange() {
        return bodyBytesMax.toBytes() >= 1024 && bodyBytesMax.compareTo(DataSize.ofMegabytes(16)) <= 0;
    }

    /** Never shows peppers or secrets. */
    @Override
    public String toString() {
        return "AccessSettings[oidcIssuer=" + oidcIssuer + ", oidcAudience=" + oidcAudience + "]";
    }
}
