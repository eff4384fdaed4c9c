package dev.aicredits.organization;

import com.fasterxml.jackson.annotation.JsonRawValue;
import dev.aicredits.access.Access;
import dev.aicredits.access.Grant;
import dev.aicredits.access.Requires;
import dev.aicredits.organization.JdbcAuditPages.Position;
import dev.aicredits.organization.JdbcAuditPages.Row;
import dev.aicredits.problem.PageRules;
import dev.aicredits.problem.ProblemException;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Who changed what in an organization, from where. */
@RestController
class AuditController {

    /** One change; {@code before} and {@code after} are objects whose members depend on the action. */
    record AuditChange(
            String id,
            String actor,
            @Nullable String origin,
            String action,
            String subject,
            @Nullable String reason,
            @JsonRawValue @Schema(types = "object") String before,
            @JsonRawValue @Schema(types = "object") String after,
            Instant happenedOn) {

        static AuditChange of(Row row) {
            return new AuditChange(
                    row.auditId().toString(),
                    row.actor(),
                    row.origin(),
                    row.action(),
                    row.subject(),
                    row.reason(),
                    row.stateBefore(),
                    row.stateAfter(),
                    row.happenedAt().toInstant());
        }
    }

    /** A page, the newest change first. */
    record AuditPage(
            List<AuditChange> data, int pageSize, @Nullable String nextCursor) {}

    private static final String SEPARATOR = "_";

    /** Later times do not fit into the database. */
    private static final Instant LATEST = Instant.parse("9999-12-31T00:00:00Z");

    private final JdbcAuditPages pages;

    AuditController(JdbcAuditPages pages) {
        this.pages = pages;
    }

    @Requires(Grant.AUDIT_VIEW)
    @GetMapping("/api/v1/organizations/{organizationId}/audit-log")
    AuditPage page(
            Access access,
            @RequestParam(required = false) @Nullable String cursor,
            @RequestParam(defaultValue = "50") int pageSize) {
        int size = PageRules.size(pageSize);
        List<Row> rows = pages.after(access.organizationKey(), position(cursor), size + 1);
        boolean more = rows.size() > size;
        List<Row> shown = more ? rows.subList(0, size) : rows;
        return new AuditPage(
                shown.stream().map(AuditChange::of).toList(), size, more ? cursor(shown.get(size - 1)) : null);
    }

    private static String cursor(Row last) {
        return last.happenedAt().toInstant() + SEPARATOR + last.auditId();
    }

    private static @Nullable Position position(@Nullable String cursor) {
        if (cursor == null || cursor.isEmpty()) {
            return null;
        }
        int split = cursor.indexOf(SEPARATOR);
        if (split < 0) {
            throw ProblemException.invalidParameter("cursor");
        }
        try {
            Instant at = Instant.parse(cursor.substring(0, split));
            if (at.isBefore(Instant.EPOCH) || at.isAfter(LATEST)) {
                throw ProblemException.invalidParameter("cursor");
            }
            return new Position(at.atOffset(ZoneOffset.UTC), UUID.fromString(cursor.substring(split + 1)));
        } catch (DateTimeException | IllegalArgumentException e) {
            throw ProblemException.invalidParameter("cursor");
        }
    }
}
