package dev.aicredits.access;

import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Makes operators, and keys for them. It works as the owner of the schema: the role that services run as can't write here, so
 * that no hole in them makes an operator of anybody.
 */
public final class JdbcOperators {

    private final JdbcClient jdbc;
    private final KeyHashes hashes;

    public JdbcOperators(DataSource owner, KeyHashes hashes) {
        this.jdbc = JdbcClient.create(owner);
        this.hashes = hashes;
    }

    /** Makes the principal an operator; one who is stays one. */
    public void add(String principalId, String displayName) {
        jdbc.sql("""
                INSERT INTO operator (principal_id, display_name) VALUES (:principal, :name)
                ON CONFLICT (principal_id) DO UPDATE SET display_name = EXCLUDED.display_name
                """).param("principal", principalId).param("name", displayName).update();
    }

    /** Lets the operator in with {@code key}; a key that is there keeps its row, with this hash. */
    public void addKey(String principalId, ApiKey key) {
        jdbc.sql("""
                INSERT INTO operator_key (key_id, principal_id, secret_hash) VALUES (:key, :principal, :hash)
                ON CONFLICT (key_id) DO UPDATE SET secret_hash = EXCLUDED.secret_hash
                """)
                .param("key", key.keyId())
                .param("principal", principalId)
                .param("hash", hashes.hash(key))
                .update();
    }
}
