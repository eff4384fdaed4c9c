package dev.aicredits.spending;

import dev.aicredits.money.Usd;
import dev.aicredits.spending.JdbcIncidents.Row;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The stops in force, for those who want to see at once what stands still and why. */
public final class Stops {

    /**
     * A stop in force.
     *
     * @param scope {@code organization}, {@code agent}, {@code external_user} or {@code anonymous}
     * @param reason as on the wire, {@code agent_budget_exhausted} for one
     * @param limitUsd null where the credits themselves were the limit
     */
    public record Stop(
            String scope,
            String reason,
            @Nullable String agentId,
            @Nullable String externalUserId,
            @Nullable BigDecimal limitUsd,
            Instant since) {

        static Stop of(Row row) {
            return new Stop(
                    row.scope(),
                    row.reason(),
                    row.agentId(),
                    row.externalUserId(),
                    row.limitNanos() == null
                            ? null
                            : Usd.ofNanos(row.limitNanos()).toDecimal(),
                    row.stoppedAt().toInstant());
        }
    }

    /** More than a banner shows. */
    private static final int SHOWN_MAX = 50;

    private final JdbcIncidents incidents;

    Stops(JdbcIncidents incidents) {
        this.incidents = incidents;
    }

    /** What stands still, the widest first; at most 50. */
    public List<Stop> inForce(long organizationKey) {
        return incidents.inForce(organizationKey, SHOWN_MAX).stream()
                .map(Stop::of)
                .toList();
    }
}
