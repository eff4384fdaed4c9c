package dev.aicredits.spending;

import dev.aicredits.access.Access;
import dev.aicredits.access.Grant;
import dev.aicredits.access.Requires;
import dev.aicredits.money.Usd;
import dev.aicredits.problem.PageRules;
import dev.aicredits.problem.ProblemException;
import dev.aicredits.spending.JdbcIncidents.Position;
import dev.aicredits.spending.JdbcIncidents.Row;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Who was stopped, why, how quickly, and at what cost. */
@RestController
public class IncidentController {

    /**
     * One stop.
     *
     * @param causedBy the usage event that crossed the limit
     * @param overshootUsd what was debited between the crossing and the platform's acknowledgement
     */
    public record Incident(
            String id,
            String scope,
            String reason,
            @Nullable String agentId,
            @Nullable String externalUserId,
            @Nullable BigDecimal limitUsd,
            @Nullable BigDecimal spentUsd,
            BigDecimal balanceUsd,
            @Nullable LocalDate windowStart,
            String cause,
            @Nullable String causedBy,
            Instant stoppedOn,
            @Nullable Instant stopPublishedOn,
            @Nullable Instant stopAcknowledgedOn,
            @Nullable Long overshootEvents,
            @Nullable BigDecimal overshootUsd,
            @Nullable String resumeCause,
            @Nullable Instant resumedOn) {

        static Incident of(Row row) {
            return new Incident(
                    cursor(row),
                    row.scope(),
                    row.reason(),
                    row.agentId(),
                    row.externalUserId(),
                    usd(row.limitNanos()),
                    usd(row.spentNanos()),
                    Usd.ofNanos(row.balanceNanos()).toDecimal(),
                    row.windowStart(),
                    row.cause(),
                    row.causedBy() == null ? null : row.causedBy().toString(),
                    row.stoppedAt().toInstant(),
                    instant(row.stopPublishedAt()),
                    instant(row.stopAcknowledgedAt()),
                    row.overshootEntries(),
                    usd(row.overshootNanos()),
                    row.resumeCause(),
                    instant(row.resumedAt()));
        }
    }

    /** A page, the newest first. */
    public record IncidentPage(
            List<Incident> data, int pageSize, @Nullable String nextCursor) {}

    private final JdbcIncidents incidents;

    IncidentController(JdbcIncidents incidents) {
        this.incidents = incidents;
    }

    @Requires(Grant.BILLING_VIEW)
    @GetMapping("/api/v1/organizations/{organizationId}/incidents")
    IncidentPage page(
            Access access,
            @RequestParam(required = false) @Nullable String cursor,
            @RequestParam(defaultValue = "50") int pageSize) {
        return page(access, null, cursor, pageSize);
    }

    /** The same of one agent and its users; null for all agents. */
    public IncidentPage page(Access access, @Nullable String agentId, @Nullable String cursor, int pageSize) {
        int size = PageRules.size(pageSize);
        List<Row> rows = incidents.before(access.organizationKey(), agentId, position(cursor), size + 1);
        boolean more = rows.size() > size;
        List<Row> shown = more ? rows.subList(0, size) : rows;
        return new IncidentPage(
                shown.stream().map(Incident::of).toList(), size, more ? cursor(shown.get(size - 1)) : null);
    }

    /** An incident's place among the organization's: its moment in microseconds, its target and its version. */
    private static String cursor(Row row) {
        Instant at = row.stoppedAt().toInstant();
        long micros = Math.addExact(Math.multiplyExact(at.getEpochSecond(), 1_000_000L), at.getNano() / 1_000L);
        return micros + "." + row.agentKey() + "." + row.externalUserKey() + "." + row.version();
    }

    private static @Nullable Position position(@Nullable String cursor) {
        if (cursor == null || cursor.isEmpty()) {
            return null;
        }
        if (!cursor.matches("\\d{1,17}\\.\\d{1,18}\\.-?\\d{1,18}\\.\\d{1,18}")) {
            throw ProblemException.invalidParameter("cursor");
        }
        String[] parts = cursor.split("\\.", -1);
        return new Position(
                Long.parseLong(parts[0]), Long.parseLong(parts[1]), Long.parseLong(parts[2]), Long.parseLong(parts[3]));
    }

    private static @Nullable BigDecimal usd(@Nullable Long nanos) {
        return nanos == null ? null : Usd.ofNanos(nanos).toDecimal();
    }

    private static @Nullable Instant instant(@Nullable OffsetDateTime time) {
        return time == null ? null : time.toInstant();
    }
}
