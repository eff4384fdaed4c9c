package dev.aicredits.apikey;

import static dev.aicredits.ledger.JdbcTimes.utc;

import dev.aicredits.ledger.Member.Role;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** An organization's keys. Changes join the caller's transaction. */
final class JdbcApiKeys {

    private record Row(
            String keyId,
            String name,
            @Nullable String description,
            String roleKey,
            String createdBy,
            OffsetDateTime createdAt,
            @Nullable OffsetDateTime expiresAt,
            @Nullable OffsetDateTime revokedAt,
            @Nullable OffsetDateTime lastUsedAt,
            @Nullable String replacesKeyId) {

        StoredKey toKey() {
            return new StoredKey(
                    keyId,
                    name,
                    description,
                    Role.valueOf(roleKey.toUpperCase(Locale.ROOT)),
                    createdBy,
                    createdAt.toInstant(),
                    instant(expiresAt),
                    instant(revokedAt),
                    instant(lastUsedAt),
                    replacesKeyId);
        }

        private static @Nullable Instant instant(@Nullable OffsetDateTime time) {
            return time == null ? null : time.toInstant();
        }
    }

    private static final String SELECT = """
            SELECT key_id, name, description, role_key, created_by, created_at, expires_at, revoked_at, last_used_at,
                   replaces_key_id
              FROM api_key
            """;

    private final JdbcClient jdbc;

    JdbcApiKeys(DataSource dataSource) {
        this.jdbc = JdbcClient.create(dataSource);
    }

    /** The newest first. */
    List<StoredKey> all(long organizationKey) {
        return jdbc
                .sql(SELECT + " WHERE organization_id = :organization ORDER BY created_at DESC, key_id")
                .param("organization", organizationKey)
                .query(Row.class)
                .list()
                .stream()
                .map(Row::toKey)
                .toList();
    }

    /** The key, locked until the transaction ends. */
    Optional<StoredKey> locked(long organizationKey, String keyId) {
        return jdbc.sql(SELECT + " WHERE organization_id = :organization AND key_id = :key FOR UPDATE")
                .param("organization", organizationKey)
                .param("key", keyId)
                .query(Row.class)
                .optional()
                .map(Row::toKey);
    }

    /** The first of the keys that were made to take the key's place. */
    Optional<StoredKey> firstReplacement(long organizationKey, String keyId) {
        return jdbc.sql(SELECT + """
                         WHERE organization_id = :organization AND replaces_key_id = :key
                         ORDER BY created_at, key_id LIMIT 1
                        """)
                .param("organization", organizationKey)
                .param("key", keyId)
                .query(Row.class)
                .optional()
                .map(Row::toKey);
    }

    int active(long organizationKey, Instant now) {
        return jdbc.sql("""
                        SELECT count(*) FROM api_key
                         WHERE organization_id = :organization AND revoked_at IS NULL
                           AND (expires_at IS NULL OR expires_at > :now)
                        """)
                .param("organization", organizationKey)
                .param("now", utc(now))
                .query(Integer.class)
                .single();
    }

    void add(long organizationKey, StoredKey key, byte[] secretHash) {
        jdbc.sql("INSERT INTO api_key_directory (key_id, organization_id) VALUES (:key, :organization)")
                .param("key", key.keyId())
                .param("organization", organizationKey)
                .update();
        jdbc.sql("""
                INSERT INTO api_key (organization_id, key_id, name, description, role_key, secret_hash, created_by,
                    created_at, expires_at, replaces_key_id)
                VALUES (:organization, :key, :name, :description, :role, :hash, :by, :now, :expires, :replaces)
                """)
                .param("organization", organizationKey)
                .param("key", key.keyId())
                .param("name", key.name())
                .param("description", key.description())
                .param("role", key.role().key())
                .param("hash", secretHash)
                .param("by", key.createdBy())
                .param("now", utc(key.createdAt()))
                .param("expires", key.expiresAt() == null ? null : utc(key.expiresAt()))
                .param("replaces", key.replacesKeyId())
                .update();
    }

    void revoke(long organizationKey, String keyId, Instant now) {
        jdbc.sql("UPDATE api_key SET revoked_at = :now WHERE organization_id = :organization AND key_id = :key")
                .param("now", utc(now))
                .param("organization", organizationKey)
                .param("key", keyId)
                .update();
    }

    void expire(long organizationKey, String keyId, Instant at) {
        jdbc.sql("UPDATE api_key SET expires_at = :at WHERE organization_id = :organization AND key_id = :key")
                .param("at", utc(at))
                .param("organization", organizationKey)
                .param("key", keyId)
                .update();
    }
}
