package dev.aicredits.access;

import static dev.aicredits.ledger.JdbcTimes.utc;

import dev.aicredits.ledger.Member.Role;
import java.time.Clock;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Keys and what callers are in organizations. Read at every request: a revoked key or a lost role ends at once. */
final class JdbcCallers {

    /** How exactly a key's last use is known: writing it at every request would cost more than the request. */
    private static final Duration LAST_USE_STEP = Duration.ofMinutes(1);

    private record KeyRow(
            String keyId,
            String name,
            long organizationKey,
            String organizationId,
            String roleKey,
            String secretHash,
            @Nullable OffsetDateTime lastUsedAt) {}

    private record OperatorRow(String keyId, String principalId, String secretHash) {}

    private record StandingRow(
            long organizationKey,
            String organizationId,
            @Nullable String roleKey,
            boolean operator) {}

    private static final String KEY = """
            SELECT k.key_id, k.name, k.organization_id AS organization_key, o.public_id AS organization_id, k.role_key,
                   encode(k.secret_hash, 'hex') AS secret_hash, k.last_used_at
              FROM api_key_directory d
              JOIN api_key k ON k.organization_id = d.organization_id AND k.key_id = d.key_id
              JOIN organization o ON o.organization_id = k.organization_id
             WHERE d.key_id = :key AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > :now)
            """;

    private static final String OPERATOR_KEY = """
            SELECT k.key_id, k.principal_id, encode(k.secret_hash, 'hex') AS secret_hash
              FROM operator_key k JOIN operator USING (principal_id)
             WHERE k.key_id = :key AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > :now)
            """;

    private static final String USED = """
            UPDATE api_key SET last_used_at = :now
             WHERE organization_id = :organization AND key_id = :key
               AND (last_used_at IS NULL OR last_used_at < :before)
            """;

    private static final String STANDING = """
            SELECT o.organization_id AS organization_key, o.public_id AS organization_id, m.role_key,
                   EXISTS (SELECT FROM operator WHERE principal_id = :principal) AS operator
              FROM organization o
              LEFT JOIN member m ON m.organization_id = o.organization_id AND m.principal_id = :principal
             WHERE o.public_id = :organization
            """;

    private final JdbcClient jdbc;
    private final KeyHashes hashes;
    private final Clock clock;
    // A platform asks with one key, often many times at once.
    private final SharedReads<String, Optional<KeyRow>> keys;

    JdbcCallers(DataSource dataSource, KeyHashes hashes, Clock clock) {
        this.jdbc = JdbcClient.create(dataSource);
        this.hashes = hashes;
        this.clock = clock;
        this.keys = new SharedReads<>(this::key);
    }

    /** Whose the key is; none if it is unknown, revoked, expired, or its secret is wrong. */
    Optional<Caller> byKey(ApiKey key) {
        return key.isOperators() ? operator(key) : serviceAccount(key);
    }

    private Optional<Caller> serviceAccount(ApiKey key) {
        Optional<KeyRow> row = keys.get(key.keyId())
                .filter(found -> hashes.verifies(key, HexFormat.of().parseHex(found.secretHash())));
        row.ifPresent(found -> noteUse(found, now()));
        return row.map(found -> new Caller.ServiceAccount(
                found.keyId(), found.name(), found.organizationKey(), found.organizationId(), role(found.roleKey())));
    }

    private Optional<KeyRow> key(String keyId) {
        return jdbc.sql(KEY)
                .param("key", keyId)
                .param("now", now())
                .query(KeyRow.class)
                .optional();
    }

    private void noteUse(KeyRow key, OffsetDateTime now) {
        OffsetDateTime before = now.minus(LAST_USE_STEP);
        if (key.lastUsedAt() == null || key.lastUsedAt().isBefore(before)) {
            jdbc.sql(USED)
                    .param("now", now)
                    .param("organization", key.organizationKey())
                    .param("key", key.keyId())
                    .param("before", before)
                    .update();
        }
    }

    private Optional<Caller> operator(ApiKey key) {
        return jdbc.sql(OPERATOR_KEY)
                .param("key", key.keyId())
                .param("now", now())
                .query(OperatorRow.class)
                .optional()
                .filter(found -> hashes.verifies(key, HexFormat.of().parseHex(found.secretHash())))
                .map(found -> new Caller.Operator(found.keyId(), found.principalId()));
    }

    /** What the caller is in the organization; none if it does not exist or is none of theirs, which look the same. */
    Optional<Standing> standing(Caller caller, String organizationId) {
        if (caller instanceof Caller.ServiceAccount key) {
            return key.organizationId().equals(organizationId)
                    ? Optional.of(new Standing(key.organizationKey(), organizationId, key.role(), false))
                    : Optional.empty();
        }
        boolean operatorKey = caller instanceof Caller.Operator;
        return jdbc.sql(STANDING)
                .param("organization", organizationId)
                .param("principal", caller.principalId())
                .query(StandingRow.class)
                .optional()
                .map(row -> new Standing(
                        row.organizationKey(),
                        row.organizationId(),
                        row.roleKey() == null ? null : role(row.roleKey()),
                        operatorKey || row.operator()))
                .filter(standing -> standing.role() != null || standing.operator());
    }

    /** The organization whose agent it is, whoever asks. */
    Optional<String> organizationOfAgent(String agentId) {
        return jdbc.sql("""
                        SELECT o.public_id FROM agent_directory d JOIN organization o USING (organization_id)
                         WHERE d.public_id = :agent
                        """).param("agent", agentId).query(String.class).optional();
    }

    /** Whether the caller is one of the platform's own people. */
    boolean isOperator(Caller caller) {
        if (caller instanceof Caller.Person person) {
            return jdbc.sql("SELECT EXISTS (SELECT FROM operator WHERE principal_id = :principal)")
                    .param("principal", person.principalId())
                    .query(Boolean.class)
                    .single();
        }
        return caller instanceof Caller.Operator;
    }

    private static Role role(String key) {
        return Role.valueOf(key.toUpperCase(Locale.ROOT));
    }

    private OffsetDateTime now() {
        return utc(clock.instant());
    }
}
