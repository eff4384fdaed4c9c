package dev.aicredits.organization;

import dev.aicredits.ledger.Member;
import dev.aicredits.ledger.Member.Role;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The members of an organization. Changes join the caller's transaction. */
final class JdbcMembers {

    private record Row(String principalId, String displayName, String email, String roleKey) {
        Member toMember() {
            return new Member(principalId, displayName, email, Role.valueOf(roleKey.toUpperCase(Locale.ROOT)));
        }
    }

    private final JdbcClient jdbc;

    JdbcMembers(DataSource dataSource) {
        this.jdbc = JdbcClient.create(dataSource);
    }

    List<Member> all(long organizationKey) {
        return jdbc.sql("""
                        SELECT principal_id, display_name, email, role_key FROM member
                         WHERE organization_id = :organization ORDER BY display_name, principal_id
                        """).param("organization", organizationKey).query(Row.class).list().stream()
                .map(Row::toMember)
                .toList();
    }

    Optional<Member> one(long organizationKey, String principalId) {
        return jdbc.sql("""
                        SELECT principal_id, display_name, email, role_key FROM member
                         WHERE organization_id = :organization AND principal_id = :principal
                        """)
                .param("organization", organizationKey)
                .param("principal", principalId)
                .query(Row.class)
                .optional()
                .map(Row::toMember);
    }

    /**
     * Locks all members of the organization, in order, until the transaction ends: two owners who take each other's role at
     * the same moment must not both succeed.
     */
    void lock(long organizationKey) {
        jdbc.sql("""
                SELECT principal_id FROM member WHERE organization_id = :organization ORDER BY principal_id FOR UPDATE
                """).param("organization", organizationKey).query(String.class).list();
    }

    int owners(long organizationKey) {
        return jdbc.sql("SELECT count(*) FROM member WHERE organization_id = :organization AND role_key = 'owner'")
                .param("organization", organizationKey)
                .query(Integer.class)
                .single();
    }

    void setRole(long organizationKey, String principalId, Role role) {
        jdbc.sql("""
                UPDATE member SET role_key = :role WHERE organization_id = :organization AND principal_id = :principal
                """)
                .param("role", role.key())
                .param("organization", organizationKey)
                .param("principal", principalId)
                .update();
    }

    void remove(long organizationKey, String principalId) {
        jdbc.sql("DELETE FROM member WHERE organization_id = :organization AND principal_id = :principal")
                .param("organization", organizationKey)
                .param("principal", principalId)
                .update();
    }
}
