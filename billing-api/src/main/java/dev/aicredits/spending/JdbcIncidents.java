package dev.aicredits.spending;

import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Pages of an organization's incidents. */
final class JdbcIncidents {

    /** One incident, as the table has it. */
    record Row(
            long agentKey,
            long externalUserKey,
            long version,
            @Nullable String agentId,
            @Nullable String externalUserId,
            String scope,
            String reason,
            @Nullable Long limitNanos,
            @Nullable Long spentNanos,
            long balanceNanos,
            @Nullable LocalDate windowStart,
            String cause,
            @Nullable UUID causedBy,
            OffsetDateTime stoppedAt,
            @Nullable OffsetDateTime stopPublishedAt,
            @Nullable OffsetDateTime stopAcknowledgedAt,
            @Nullable Long overshootEntries,
            @Nullable Long overshootNanos,
            @Nullable String resumeCause,
            @Nullable OffsetDateTime resumedAt) {}

    /** Where a page ends. */
    record Position(long stoppedAtMicros, long agentKey, long externalUserKey, long version) {
        static final Position END = new Position(9_999_999_999_999_999L, 0, 0, 0);
    }

    private static final String SELECT = """
            SELECT i.agent_id AS agent_key, i.external_user_id AS external_user_key, i.version, a.public_id AS agent_id,
                   u.public_id AS external_user_id, i.scope,
                   CASE i.scope WHEN 'organization' THEN 'organization_credits_exhausted'
                        ELSE i.scope || '_budget_exhausted' END AS reason,
                   i.limit_nanos, i.spent_nanos, i.balance_nanos, i.window_start, i.cause, i.caused_by, i.stopped_at,
                   i.stop_published_at, i.stop_acknowledged_at, i.overshoot_entries, i.overshoot_nanos, i.resume_cause,
                   i.resumed_at
              FROM incident i
              LEFT JOIN agent a ON a.organization_id = i.organization_id AND a.agent_id = i.agent_id
              LEFT JOIN external_user u
                     ON u.organization_id = i.organization_id AND u.external_user_id = i.external_user_id
            """;

    private static final String PAGE = SELECT + """
             WHERE i.organization_id = :organization
               AND (:only::text IS NULL OR a.public_id = :only)
               AND (i.stopped_at, i.agent_id, i.external_user_id, i.version) < (:at, :agent, :user, :version)
             ORDER BY i.stopped_at DESC, i.agent_id DESC, i.external_user_id DESC, i.version DESC
             LIMIT :limit
            """;

    // The decision says who is stopped; the incident of its version, why.
    private static final String IN_FORCE = SELECT + """
              JOIN enforcement e ON e.organization_id = i.organization_id AND e.agent_id = i.agent_id
                                AND e.external_user_id = i.external_user_id AND e.version = i.version
             WHERE e.organization_id = :organization AND e.version % 2 = 1
             ORDER BY i.agent_id, i.external_user_id LIMIT :limit
            """;

    private final JdbcClient jdbc;

    JdbcIncidents(DataSource dataSource) {
        this.jdbc = JdbcClient.create(dataSource);
    }

    /** Those that have not ended, the widest first. */
    List<Row> inForce(long organization, int limit) {
        return jdbc.sql(IN_FORCE)
                .param("organization", organization)
                .param("limit", limit)
                .query(Row.class)
                .list();
    }

    /** The incidents before {@code end}, the newest first; null is the end of all. Of one agent and its users, or all. */
    List<Row> before(long organization, @Nullable String agentId, @Nullable Position end, int limit) {
        Position position = end == null ? Position.END : end;
        return jdbc.sql(PAGE)
                .param("organization", organization)
                .param("only", agentId)
                .param(
                        "at",
                        OffsetDateTime.ofInstant(
                                Instant.EPOCH.plus(position.stoppedAtMicros(), ChronoUnit.MICROS), ZoneOffset.UTC))
                .param("agent", position.agentKey())
                .param("user", position.externalUserKey())
                .param("version", position.version())
                .param("limit", limit)
                .query(Row.class)
                .list();
    }
}
