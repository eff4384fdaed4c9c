package dev.aicredits.access;

import dev.aicredits.ledger.Member.Role;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Hands out operators and keys from outside the API, at set-up. It works as the owner of the schema: the role that services run
 * as can't write operators, so that no hole in them makes one of anybody. Every call is safe to repeat.
 */
public final class JdbcKeyring {

    private final JdbcClient jdbc;
    private final KeyHashes hashes;

    public JdbcKeyring(DataSource owner, KeyHashes hashes) {
        this.jdbc = JdbcClient.create(owner);
        this.hashes = hashes;
    }

    /** Makes the principal an operator. */
    public void addOperator(String principalId, String displayName) {
        jdbc.sql("""
                INSERT INTO operator (principal_id, display_name) VALUES (:principal, :name)
                ON CONFLICT (principal_id) DO UPDATE SET display_name = EXCLUDED.display_name
                """).param("principal", principalId).param("name", displayName).update();
    }

    /** Lets the operator in with {@code key}. */
    public void addOperatorKey(String principalId, ApiKey key) {
        jdbc.sql("""
                INSERT INTO operator_key (key_id, principal_id, secret_hash) VALUES (:key, :principal, :hash)
                ON CONFLICT (key_id) DO UPDATE SET secret_hash = EXCLUDED.secret_hash
                """)
                .param("key", key.keyId())
                .param("principal", principalId)
                .param("hash", hashes.hash(key))
                .update();
    }

    /** Gives the organization a service-account key. */
    public void addKey(String organizationId, String name, Role role, ApiKey key) {
        jdbc.sql("""
                WITH o AS (SELECT organization_id FROM organization WHERE public_id = :organization),
                     d AS (INSERT INTO api_key_directory (key_id, organization_id) SELECT :key, organization_id FROM o
                           ON CONFLICT DO NOTHING)
                INSERT INTO api_key (organization_id, key_id, name, role_key, secret_hash, created_by, created_at)
                SELECT organization_id, :key, :name, :role, :hash, 'set-up', now() FROM o
                ON CONFLICT (organization_id, key_id) DO UPDATE SET secret_hash = EXCLUDED.secret_hash
                """)
                .param("organization", organizationId)
                .param("key", key.keyId())
                .param("name", name)
                .param("role", role.key())
                .param("hash", hashes.hash(key))
                .update();
    }
}
