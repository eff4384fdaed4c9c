package dev.aicredits.organization;

import dev.aicredits.access.Caller;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The organizations that a caller belongs to. */
final class JdbcOrganizationList {

    /** An organization and what the caller is in it; no role for an operator who only looks. */
    record Row(
            String publicId,
            String name,
            String planTier,
            @Nullable String roleKey) {}

    /** A member's name and mail address, as an organization that they joined knows them. */
    record Name(String displayName, String email) {}

    private static final String OF_PERSON = """
            SELECT o.public_id, o.name, coalesce(p.plan_tier, 'free') AS plan_tier, m.role_key
              FROM member m
              JOIN organization o ON o.organization_id = m.organization_id
              LEFT JOIN organization_plan op ON op.organization_id = o.organization_id
              LEFT JOIN hosting_plan p ON p.plan_key = op.plan_key
             WHERE m.principal_id = :principal
             ORDER BY m.created_at, o.organization_id
            """;

    private static final String ONE = """
            SELECT o.public_id, o.name, coalesce(p.plan_tier, 'free') AS plan_tier, :role AS role_key
              FROM organization o
              LEFT JOIN organization_plan op ON op.organization_id = o.organization_id
              LEFT JOIN hosting_plan p ON p.plan_key = op.plan_key
             WHERE o.organization_id = :organization
            """;

    private final JdbcClient jdbc;

    JdbcOrganizationList(DataSource dataSource) {
        this.jdbc = JdbcClient.create(dataSource);
    }

    /** The one that the caller joined first comes first: it is their default. */
    List<Row> of(Caller caller) {
        if (caller instanceof Caller.ServiceAccount key) {
            return List.of(one(key.organizationKey(), key.role().key()));
        }
        return jdbc.sql(OF_PERSON)
                .param("principal", caller.principalId())
                .query(Row.class)
                .list();
    }

    Row one(long organizationKey, @Nullable String roleKey) {
        return jdbc.sql(ONE)
                .param("role", roleKey)
                .param("organization", organizationKey)
                .query(Row.class)
                .single();
    }

    /** What the person is called; nothing if they are no member of anything. */
    Optional<Name> name(String principalId) {
        return jdbc.sql("""
                        SELECT display_name, email FROM member
                         WHERE principal_id = :principal ORDER BY created_at, organization_id LIMIT 1
                        """).param("principal", principalId).query(Name.class).optional();
    }
}
