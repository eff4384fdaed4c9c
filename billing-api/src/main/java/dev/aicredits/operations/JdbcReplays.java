package dev.aicredits.operations;

import static dev.aicredits.ledger.JdbcTimes.utc;

import dev.aicredits.messaging.DeadLetter;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.SqlParameterValue;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Which dead letters were replayed, when and by whom. */
final class JdbcReplays {

    /**
     * A replay of a letter.
     *
     * @param publishedAt when the broker had taken it; null if it did not say so
     */
    record Replay(
            String topic,
            int partitionId,
            long recordOffset,
            UUID replayId,
            String actor,
            String reason,
            OffsetDateTime requestedAt,
            @Nullable OffsetDateTime publishedAt) {

        private LetterPlace place() {
            return new LetterPlace(topic, partitionId, recordOffset);
        }
    }

    private static final String LETTERS = """
            unnest(:topics::text[], :partitions::integer[], :offsets::bigint[], :times::bigint[])
                AS l(topic, partition_id, record_offset, letter_at_ms)
            """;

    private final JdbcClient jdbc;

    JdbcReplays(DataSource dataSource) {
        this.jdbc = JdbcClient.create(dataSource);
    }

    /** The last replay of each letter that has one; one that was published rather than a later one that was perhaps not. */
    Map<LetterPlace, Replay> lastOf(Collection<DeadLetter> letters) {
        Map<LetterPlace, Replay> last = new HashMap<>();
        if (letters.isEmpty()) {
            return last;
        }
        jdbc.sql("""
                SELECT DISTINCT ON (d.topic, d.partition_id, d.record_offset)
                       d.topic, d.partition_id, d.record_offset, d.replay_id, r.actor, r.reason, r.requested_at,
                       d.published_at
                  FROM %s
                  JOIN dead_letter_replayed d USING (topic, partition_id, record_offset, letter_at_ms)
                  JOIN dead_letter_replay r USING (replay_id)
                 ORDER BY d.topic, d.partition_id, d.record_offset, d.published_at DESC NULLS LAST, r.requested_at DESC
                """.formatted(LETTERS))
                .params(columns(letters))
                .query(Replay.class)
                .list()
                .forEach(replay -> last.put(replay.place(), replay));
        return last;
    }

    /** Keeps that these are about to be sent. In the caller's transaction. */
    void request(
            UUID replayId, String actor, String origin, String reason, Instant now, Collection<DeadLetter> letters) {
        jdbc.sql("""
                INSERT INTO dead_letter_replay (replay_id, actor, origin, reason, requested_at)
                VALUES (:replay, :actor, :origin, :reason, :now)
                """)
                .param("replay", replayId)
                .param("actor", actor)
                .param("origin", origin)
                .param("reason", reason)
                .param("now", utc(now))
                .update();
        jdbc.sql("""
                INSERT INTO dead_letter_replayed (topic, partition_id, record_offset, letter_at_ms, replay_id)
                SELECT l.topic, l.partition_id, l.record_offset, l.letter_at_ms, :replay FROM %s
                """.formatted(LETTERS))
                .params(columns(letters))
                .param("replay", replayId)
                .update();
    }

    /** Keeps that the broker has these. */
    void published(UUID replayId, Instant now, Collection<DeadLetter> letters) {
        jdbc.sql("""
                UPDATE dead_letter_replayed d SET published_at = :now
                  FROM %s
                 WHERE d.replay_id = :replay AND d.topic = l.topic AND d.partition_id = l.partition_id
                   AND d.record_offset = l.record_offset AND d.letter_at_ms = l.letter_at_ms
                """.formatted(LETTERS))
                .params(columns(letters))
                .param("replay", replayId)
                .param("now", utc(now))
                .update();
    }

    /** The compact keys of those that are organizations. */
    Map<String, Long> organizationKeys(Collection<String> publicIds) {
        Map<String, Long> keys = new HashMap<>();
        jdbc.sql("SELECT public_id, organization_id FROM organization WHERE public_id = ANY (:ids::text[])")
                .param("ids", array(publicIds.toArray(String[]::new)))
                .query((row, number) -> Map.entry(row.getString("public_id"), row.getLong("organization_id")))
                .list()
                .forEach(entry -> keys.put(entry.getKey(), entry.getValue()));
        return keys;
    }

    private static Map<String, Object> columns(Collection<DeadLetter> letters) {
        List<DeadLetter> rows = List.copyOf(letters);
        return Map.of(
                "topics",
                array(rows.stream().map(letter -> letter.record().topic()).toArray(String[]::new)),
                "partitions",
                array(rows.stream().map(letter -> letter.record().partition()).toArray(Integer[]::new)),
                "offsets",
                array(rows.stream().map(letter -> letter.record().offset()).toArray(Long[]::new)),
                "times",
                array(rows.stream().map(letter -> letter.record().timestamp()).toArray(Long[]::new)));
    }

    private static SqlParameterValue array(Object[] values) {
        return new SqlParameterValue(Types.ARRAY, values);
    }
}
