package dev.aicredits.apikey;

import dev.aicredits.ledger.Member.Role;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A service-account key without its secret.
 *
 * @param lastUsedAt to the minute
 * @param replacesKeyId the key that it was made to take the place of
 */
record StoredKey(
        String keyId,
        String name,
        @Nullable String description,
        Role role,
        String createdBy,
        Instant createdAt,
        @Nullable Instant expiresAt,
        @Nullable Instant revokedAt,
        @Nullable Instant lastUsedAt,
        @Nullable String replacesKeyId) {

    /** {@code active}, {@code expired} or {@code revoked}. */
    String status(Instant now) {
        if (revokedAt != null) {
            return "revoked";
        }
        return expiresAt != null && !expiresAt.isAfter(now) ? "expired" : "active";
    }

    boolean isActive(Instant now) {
        return status(now).equals("active");
    }
}
