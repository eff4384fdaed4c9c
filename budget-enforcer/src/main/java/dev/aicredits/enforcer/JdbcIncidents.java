package dev.aicredits.enforcer;

import dev.aicredits.budget.MonthWindow;
import dev.aicredits.control.ControlAck;
import dev.aicredits.control.Target;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The incidents: one for each stop, from its cause to the resume. Opening and closing join the caller's transaction. */
final class JdbcIncidents {

    private static final String OPEN = """
            INSERT INTO incident (organization_id, agent_id, external_user_id, version, scope, limit_nanos, spent_nanos,
                                  balance_nanos, window_start, cause, caused_by, crossing_entry_seq,
                                  decided_entry_seq, stopped_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """;

    // Counts once more: what the platform had under way when it obeyed is booked by now.
    private static final String CLOSE = """
            UPDATE incident i
               SET resume_cause = ?, resumed_at = ?, overshoot_counted_at = ?,
                   (overshoot_entries, overshoot_nanos) = (%s)
             WHERE organization_id = ? AND agent_id = ? AND external_user_id = ? AND version = ?
            """;

    // What is in the ledger, and what left it for the archive since.
    private static final String OVERSHOOT = """
            SELECT coalesce(sum(o.entries), 0)::bigint, coalesce(sum(o.nanos), 0)::bigint
              FROM (SELECT 1 AS entries, u.spent_nanos AS nanos
                      FROM incident_usage u
                     WHERE u.organization_id = i.organization_id AND u.agent_id = i.agent_id
                       AND u.external_user_id = i.external_user_id AND u.version = i.version
                     UNION ALL
                    SELECT a.overshoot_entries, a.overshoot_nanos
                      FROM archived_overshoot a
                     WHERE a.organization_id = i.organization_id AND a.agent_id = i.agent_id
                       AND a.external_user_id = i.external_user_id AND a.version = i.version) o
            """;

    private static final Comparator<Acknowledged> IN_KEY_ORDER =
            Comparator.comparing(Acknowledged::key).thenComparingLong(Acknowledged::stopVersion);

    private static final String FIND = """
            SELECT n.position, i.organization_id, i.agent_id, i.external_user_id, i.version, i.stop_published_at,
                   CASE WHEN n.version % 2 = 1 THEN i.stop_acknowledged_at ELSE i.resume_acknowledged_at
                   END IS NULL AS is_first
              FROM unnest(:organizations::text[], :scopes::text[], :agents::text[], :users::text[],
                          :versions::bigint[])
                   WITH ORDINALITY AS n (organization_id, scope, agent_id, external_user_id, version, position)
              JOIN organization o ON o.public_id = n.organization_id
              LEFT JOIN agent a ON a.organization_id = o.organization_id AND a.public_id = n.agent_id
              LEFT JOIN external_user u ON u.organization_id = o.organization_id AND u.public_id = n.external_user_id
              JOIN incident i
                ON i.organization_id = o.organization_id
               AND i.agent_id = CASE n.scope WHEN 'organization' THEN 0 ELSE a.agent_id END
               AND i.external_user_id = CASE n.scope WHEN 'external_user' THEN u.external_user_id
                                                     WHEN 'anonymous' THEN -1 ELSE 0 END
               AND i.version = n.version - (1 - n.version % 2)
             WHERE n.version % 2 = 1 OR i.resumed_at IS NOT NULL
            """;

    private static final String ACKNOWLEDGE_STOP = """
            UPDATE incident i
               SET stop_acknowledged_at = ?, overshoot_counted_at = ?,
                   (overshoot_entries, overshoot_nanos) = (%s)
             WHERE organization_id = ? AND agent_id = ? AND external_user_id = ? AND version = ?
               AND stop_acknowledged_at IS NULL
            """;

    private static final String ACKNOWLEDGE_RESUME = """
            UPDATE incident
               SET resume_acknowledged_at = ?
             WHERE organization_id = ? AND agent_id = ? AND external_user_id = ? AND version = ?
               AND resume_acknowledged_at IS NULL
            """;

    private static final String COUNTED = """
            SELECT n.position, i.overshoot_nanos
              FROM unnest(:organizations::bigint[], :agents::bigint[], :users::bigint[], :versions::bigint[])
                   WITH ORDINALITY AS n (organization_id, agent_id, external_user_id, version, position)
              JOIN incident i USING (organization_id, agent_id, external_user_id, version)
            """;

    /** An acknowledgement and when it was sent. */
    record Received(ControlAck ack, Instant at) {}

    /**
     * An acknowledgement's incident.
     *
     * @param position of the acknowledgement among those that were asked for
     * @param stopVersion the incident's
     * @param isFirst whether the signal was not acknowledged before
     * @param overshootNanos what was booked after the limit until now, in nano-USD; 0 if it is of a resume
     */
    record Acknowledged(
            int position,
            TargetKey key,
            long stopVersion,
            @Nullable Instant stopPublishedAt,
            boolean isFirst,
            long overshootNanos) {

        Acknowledged withOvershoot(long nanos) {
            return new Acknowledged(position, key, stopVersion, stopPublishedAt, isFirst, nanos);
        }
    }

    private final JdbcClient jdbc;
    private final JdbcTemplate template;

    JdbcIncidents(DataSource dataSource) {
        this.jdbc = JdbcClient.create(dataSource);
        this.template = new JdbcTemplate(dataSource);
    }

    void open(List<Transition> stops, MonthWindow window, Instant now) {
        template.batchUpdate(OPEN, stops, Math.max(1, stops.size()), (row, stop) -> opened(row, stop, window, now));
    }

    private static void opened(PreparedStatement row, Transition stop, MonthWindow window, Instant now)
            throws SQLException {
        Finding finding = stop.finding();
        JdbcTargets.setKey(row, 1, finding.key());
        row.setLong(4, stop.version());
        row.setString(5, finding.target().layer().scope());
        row.setObject(6, finding.limitNanos(), Types.BIGINT);
        row.setObject(7, finding.spentNanos(), Types.BIGINT);
        row.setLong(8, finding.balanceNanos());
        row.setObject(9, finding.isOfCredits() ? null : window.start(), Types.DATE);
        row.setString(10, stop.cause().name());
        row.setObject(11, stop.cause().dedupeKey(), Types.OTHER);
        row.setObject(12, stop.cause().entrySeq(), Types.BIGINT);
        row.setLong(13, finding.entrySeq());
        row.setObject(14, JdbcTargets.timestamp(now));
    }

    void close(List<Transition> resumes, Instant now) {
        OffsetDateTime at = JdbcTargets.timestamp(now);
        template.batchUpdate(CLOSE.formatted(OVERSHOOT), resumes, Math.max(1, resumes.size()), (row, resume) -> {
            row.setString(1, resume.cause().name());
            row.setObject(2, at);
            row.setObject(3, at);
            JdbcTargets.setKey(row, 4, resume.finding().key());
            row.setLong(7, resume.finding().version());
        });
    }

    /**
     * Writes down who obeyed. An acknowledgement of what was never signalled is not among the answers.
     *
     * <p>In the order of the keys, as whoever marks incidents as published: one who obeys at once is acknowledged before
     * that is committed, so the two wait for each other's rows.
     */
    List<Acknowledged> acknowledge(List<Received> received, Instant now) {
        List<Acknowledged> known = find(received).stream().sorted(IN_KEY_ORDER).toList();
        List<Acknowledged> stops = new ArrayList<>();
        List<Acknowledged> resumes = new ArrayList<>();
        for (Acknowledged incident : known) {
            boolean isStop = received.get(incident.position()).ack().version() == incident.stopVersion();
            (isStop ? stops : resumes).add(incident);
        }
        OffsetDateTime countedAt = JdbcTargets.timestamp(now);
        template.batchUpdate(
                ACKNOWLEDGE_STOP.formatted(OVERSHOOT), stops, Math.max(1, stops.size()), (row, incident) -> {
                    row.setObject(
                            1,
                            JdbcTargets.timestamp(
                                    received.get(incident.position()).at()));
                    row.setObject(2, countedAt);
                    setIncident(row, 3, incident);
                });
        template.batchUpdate(ACKNOWLEDGE_RESUME, resumes, Math.max(1, resumes.size()), (row, incident) -> {
            row.setObject(
                    1, JdbcTargets.timestamp(received.get(incident.position()).at()));
            setIncident(row, 2, incident);
        });
        List<Acknowledged> all = new ArrayList<>(resumes);
        all.addAll(counted(stops));
        return all;
    }

    private List<Acknowledged> counted(List<Acknowledged> stops) {
        if (stops.isEmpty()) {
            return stops;
        }
        return jdbc.sql(COUNTED)
                .param("organizations", numbers(stops, stop -> stop.key().organizationId()))
                .param("agents", numbers(stops, stop -> stop.key().agentId()))
                .param("users", numbers(stops, stop -> stop.key().externalUserId()))
                .param("versions", numbers(stops, Acknowledged::stopVersion))
                .query((row, number) ->
                        stops.get((int) row.getLong("position") - 1).withOvershoot(row.getLong("overshoot_nanos")))
                .list();
    }

    private static Long[] numbers(List<Acknowledged> stops, Function<Acknowledged, Long> part) {
        return stops.stream().map(part).toArray(Long[]::new);
    }

    private static void setIncident(PreparedStatement row, int first, Acknowledged incident) throws SQLException {
        JdbcTargets.setKey(row, first, incident.key());
        row.setLong(first + 3, incident.stopVersion());
    }

    private List<Acknowledged> find(List<Received> received) {
        return jdbc.sql(FIND)
                .param("organizations", texts(received, Target::organizationId))
                .param("scopes", texts(received, target -> target.layer().scope()))
                .param("agents", texts(received, Target::agentId))
                .param("users", texts(received, Target::externalUserId))
                .param(
                        "versions",
                        received.stream().map(one -> one.ack().version()).toArray(Long[]::new))
                .query((row, number) -> new Acknowledged(
                        (int) row.getLong("position") - 1,
                        JdbcTargets.key(row),
                        row.getLong("version"),
                        JdbcTargets.instant(row, "stop_published_at"),
                        row.getBoolean("is_first"),
                        0))
                .list();
    }

    private static String[] texts(List<Received> received, Function<Target, @Nullable String> part) {
        return received.stream().map(one -> part.apply(one.ack().target())).toArray(String[]::new);
    }
}
