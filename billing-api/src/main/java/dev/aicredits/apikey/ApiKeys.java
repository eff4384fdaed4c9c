package dev.aicredits.apikey;

import dev.aicredits.access.Access;
import dev.aicredits.access.ApiKey;
import dev.aicredits.access.KeyHashes;
import dev.aicredits.access.RoleGrants;
import dev.aicredits.audit.AuditRecord;
import dev.aicredits.audit.AuditedChanges;
import dev.aicredits.audit.JdbcAuditLog;
import dev.aicredits.ledger.Member.Role;
import dev.aicredits.problem.ProblemException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Makes, replaces and revokes an organization's keys. A key never gets more than who makes it has; what it has, it keeps when
 * its maker leaves.
 */
final class ApiKeys {

    static final int ACTIVE_MAX = 200;

    /** What a key is to be. */
    record Wanted(
            String name,
            @Nullable String description,
            Role role,
            @Nullable Instant expiresAt) {}

    /** A new key with its secret, which nobody can read again. */
    record Made(StoredKey key, ApiKey secret) {}

    private final JdbcApiKeys keys;
    private final AuditedChanges changes;
    private final KeyHashes hashes;
    private final SecureRandom random = new SecureRandom();
    private final Clock clock;

    ApiKeys(JdbcApiKeys keys, AuditedChanges changes, KeyHashes hashes, Clock clock) {
        this.keys = keys;
        this.changes = changes;
        this.hashes = hashes;
        this.clock = clock;
    }

    List<StoredKey> all(Access access) {
        return keys.all(access.organizationKey());
    }

    Made make(Access access, Wanted wanted) {
        requireMayGive(access, wanted.role());
        return changes.run(log -> add(log, access, wanted, null));
    }

    /** Makes a key that takes another's place, which goes on for {@code overlap} so that holders can change over. */
    Made rotate(Access access, String keyId, Duration overlap) {
        return changes.run(log -> {
            StoredKey old = mine(access, keyId);
            Instant now = now();
            if (!old.isActive(now)) {
                throw new ProblemException(KeyProblem.API_KEY_NOT_ACTIVE);
            }
            Duration life = life(access, old);
            Wanted wanted = new Wanted(old.name(), old.description(), old.role(), life == null ? null : now.plus(life));
            Made made = add(log, access, wanted, keyId);
            Instant end = now.plus(overlap);
            if (old.expiresAt() == null || end.isBefore(old.expiresAt())) {
                keys.expire(access.organizationKey(), keyId, end);
                log(log, access, "api_key_expiry_set", keyId, state(old), Map.of("expiresAt", end.toString()));
            }
            return made;
        });
    }

    /**
     * How long a key was made to live; null for as long as it is wanted. Once it is rotated its own end no longer says so, but the key
     * that took its place was made to live as long.
     */
    private @Nullable Duration life(Access access, StoredKey key) {
        StoredKey said = key;
        Optional<StoredKey> replacement = keys.firstReplacement(access.organizationKey(), key.keyId());
        while (replacement.isPresent()) {
            said = replacement.get();
            replacement = keys.firstReplacement(access.organizationKey(), said.keyId());
        }
        return said.expiresAt() == null ? null : Duration.between(said.createdAt(), said.expiresAt());
    }

    /** Ends a key at once; one that is revoked stays so. */
    void revoke(Access access, String keyId) {
        changes.run(log -> {
            StoredKey key = mine(access, keyId);
            if (key.revokedAt() == null) {
                Instant now = now();
                keys.revoke(access.organizationKey(), keyId, now);
                log(log, access, "api_key_revoked", keyId, state(key), Map.of("revokedAt", now.toString()));
            }
            return key;
        });
    }

    private StoredKey mine(Access access, String keyId) {
        StoredKey key = keys.locked(access.organizationKey(), keyId)
                .orElseThrow(() -> new ProblemException(KeyProblem.API_KEY_NOT_FOUND));
        requireMayGive(access, key.role());
        return key;
    }

    private Made add(JdbcAuditLog log, Access access, Wanted wanted, @Nullable String replaces) {
        Instant now = now();
        if (keys.active(access.organizationKey(), now) >= ACTIVE_MAX) {
            throw new ProblemException(KeyProblem.TOO_MANY_API_KEYS, Map.of("limit", ACTIVE_MAX));
        }
        ApiKey secret = ApiKey.random(random);
        StoredKey key = new StoredKey(
                secret.keyId(),
                wanted.name(),
                wanted.description(),
                wanted.role(),
                access.actor(),
                now,
                wanted.expiresAt(),
                null,
                null,
                replaces);
        keys.add(access.organizationKey(), key, hashes.hash(secret));
        log(log, access, replaces == null ? "api_key_created" : "api_key_rotated", key.keyId(), Map.of(), state(key));
        return new Made(key, secret);
    }

    private static void requireMayGive(Access access, Role role) {
        Role own = access.role();
        if (own == null || !RoleGrants.mayGive(own, role)) {
            throw new ProblemException(KeyProblem.ROLE_NOT_ALLOWED);
        }
    }

    private static Map<String, Object> state(StoredKey key) {
        Map<String, Object> state =
                new HashMap<>(Map.of("name", key.name(), "roleKey", key.role().key()));
        if (key.expiresAt() != null) {
            state.put("expiresAt", key.expiresAt().toString());
        }
        if (key.replacesKeyId() != null) {
            state.put("replacesKeyId", key.replacesKeyId());
        }
        return state;
    }

    private static void log(
            JdbcAuditLog log, Access access, String action, String keyId, Map<String, ?> before, Map<String, ?> after) {
        log.add(new AuditRecord(
                access.organizationKey(), access.actor(), access.origin(), action, keyId, null, before, after));
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
