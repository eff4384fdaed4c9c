package dev.aicredits.enforcer;

import dev.aicredits.control.Target;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/** How rows name targets and times. */
final class JdbcTargets {

    private JdbcTargets() {}

    /** The target of a row with columns {@code organization}, {@code agent}, {@code external_user} and the key's. */
    static Target target(ResultSet row) throws SQLException {
        String organization = row.getString("organization");
        String agent = row.getString("agent");
        long externalUserId = row.getLong("external_user_id");
        if (agent == null) {
            return Target.organization(organization);
        }
        if (externalUserId == TargetKey.ANONYMOUS) {
            return Target.anonymous(organization, agent);
        }
        return externalUserId == 0
                ? Target.agent(organization, agent)
                : Target.externalUser(organization, agent, row.getString("external_user"));
    }

    static TargetKey key(ResultSet row) throws SQLException {
        return new TargetKey(row.getLong("organization_id"), row.getLong("agent_id"), row.getLong("external_user_id"));
    }

    /** Writes the three columns of a key from {@code first} on. */
    static void setKey(PreparedStatement row, int first, TargetKey key) throws SQLException {
        row.setLong(first, key.organizationId());
        row.setLong(first + 1, key.agentId());
        row.setLong(first + 2, key.externalUserId());
    }

    static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }

    static OffsetDateTime timestamp(Instant time) {
        return OffsetDateTime.ofInstant(time, ZoneOffset.UTC);
    }
}
