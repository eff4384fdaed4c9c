package dev.aicredits.adjustment;

import static dev.aicredits.ledger.JdbcTimes.utc;

import dev.aicredits.adjustment.Adjustment.State;
import dev.aicredits.money.Usd;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Adjustments of an organization. Changes join the caller's transaction. */
final class JdbcAdjustments {

    private record Row(
            UUID adjustmentId,
            long amountNanos,
            String reason,
            String state,
            @Nullable String idempotencyKey,
            String requestedBy,
            OffsetDateTime requestedAt,
            @Nullable String decidedBy,
            @Nullable OffsetDateTime decidedAt,
            @Nullable Long entrySeq) {

        Adjustment toAdjustment() {
            return new Adjustment(
                    adjustmentId,
                    Usd.ofNanos(amountNanos),
                    reason,
                    State.valueOf(state.toUpperCase(Locale.ROOT)),
                    idempotencyKey,
                    requestedBy,
                    requestedAt.toInstant(),
                    decidedBy,
                    decidedAt == null ? null : decidedAt.toInstant(),
                    entrySeq);
        }
    }

    private static final String SELECT = """
            SELECT adjustment_id, amount_nanos, reason, state, idempotency_key, requested_by, requested_at, decided_by,
                   decided_at, entry_seq
              FROM adjustment WHERE organization_id = :organization
            """;

    private final JdbcClient jdbc;

    JdbcAdjustments(DataSource dataSource) {
        this.jdbc = JdbcClient.create(dataSource);
    }

    /** The newest first. */
    List<Adjustment> newest(long organizationKey, int limit) {
        return jdbc
                .sql(SELECT + " ORDER BY requested_at DESC, adjustment_id LIMIT :limit")
                .param("organization", organizationKey)
                .param("limit", limit)
                .query(Row.class)
                .list()
                .stream()
                .map(Row::toAdjustment)
                .toList();
    }

    /** The adjustment, locked until the transaction ends. */
    Optional<Adjustment> locked(long organizationKey, UUID id) {
        return jdbc.sql(SELECT + " AND adjustment_id = :id FOR UPDATE")
                .param("organization", organizationKey)
                .param("id", id)
                .query(Row.class)
                .optional()
                .map(Row::toAdjustment);
    }

    Optional<Adjustment> byIdempotencyKey(long organizationKey, String key) {
        return jdbc.sql(SELECT + " AND idempotency_key = :key")
                .param("organization", organizationKey)
                .param("key", key)
                .query(Row.class)
                .optional()
                .map(Row::toAdjustment);
    }

    /** Whether it was added: not if the organization has one with its idempotency key. */
    boolean add(long organizationKey, Adjustment adjustment) {
        return jdbc.sql("""
                        INSERT INTO adjustment (organization_id, adjustment_id, amount_nanos, reason, state,
                            idempotency_key, requested_by, requested_at)
                        VALUES (:organization, :id, :amount, :reason, 'pending', :key, :by, :at)
                        ON CONFLICT (organization_id, idempotency_key) DO NOTHING
                        """)
                        .param("organization", organizationKey)
                        .param("id", adjustment.id())
                        .param("amount", adjustment.amount().nanos())
                        .param("reason", adjustment.reason())
                        .param("key", adjustment.idempotencyKey())
                        .param("by", adjustment.requestedBy())
                        .param("at", utc(adjustment.requestedAt()))
                        .update()
                == 1;
    }

    void decide(long organizationKey, Adjustment decided, Instant at) {
        jdbc.sql("""
                UPDATE adjustment SET state = :state, decided_by = :by, decided_at = :at, entry_seq = :seq
                 WHERE organization_id = :organization AND adjustment_id = :id
                """)
                .param("state", decided.state().key())
                .param("by", decided.decidedBy())
                .param("at", utc(at))
                .param("seq", decided.entrySeq())
                .param("organization", organizationKey)
                .param("id", decided.id())
                .update();
    }
}
