package dev.aicredits.credits;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.aicredits.access.Access;
import dev.aicredits.access.Grant;
import dev.aicredits.access.Requires;
import dev.aicredits.credits.LedgerReader.Slice;
import dev.aicredits.problem.PageRules;
import dev.aicredits.problem.ProblemException;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;

/** An organization's ledger: by page, by cursor, or whole as CSV. */
@RestController
class LedgerController {

    /**
     * A page of entries, the newest first.
     *
     * @param page its number; null where a cursor was asked for
     * @param totalCount how many entries match; null where counting them would take too long
     * @param nextCursor where the next page begins; null at the end. A page may be short though there is more
     * @param archived what is not in the ledger any more; left out if all is
     */
    record LedgerPage(
            List<Entry> data,
            @Nullable Long page,
            int pageSize,
            @Nullable Long totalCount,
            @Nullable String nextCursor,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable ArchivedPart archived) {}

    /** The number of the last entry whose usage is in the archive, on a CSV that begins after it. */
    private static final String ARCHIVED_THROUGH = "Archived-Through";

    private static final MediaType CSV = new MediaType("text", "csv", StandardCharsets.UTF_8);

    private final JdbcEntries entries;

    LedgerController(JdbcEntries entries) {
        this.entries = entries;
    }

    /** The page, or a {@link StreamingResponseBody}, which Spring tells by the value and not by a declared type. */
    @ApiResponse(
            responseCode = "200",
            content = {
                @Content(
                        mediaType = MediaType.APPLICATION_JSON_VALUE,
                        schema = @Schema(implementation = LedgerPage.class)),
                @Content(mediaType = "text/csv", schema = @Schema(type = "string"))
            })
    @Requires(Grant.BILLING_VIEW)
    @GetMapping("/api/v1/organizations/{organizationId}/ai-credits/ledger")
    Object ledger(
            Access access,
            @ModelAttribute LedgerQuery query,
            @RequestParam(required = false) @Nullable Long page,
            @RequestParam(defaultValue = "50") int pageSize,
            @RequestParam(required = false) @Nullable String cursor,
            @RequestParam(required = false) @Nullable String format,
            HttpServletRequest request,
            HttpServletResponse response) {
        LedgerFilter filter = query.filter(access.organizationKey(), entries);
        if (wantsCsv(format, request)) {
            return csv(access.organizationKey(), filter, response);
        }
        LedgerReader reader = new LedgerReader(entries, access.organizationKey());
        String etag = etag(reader.extent());
        if (etag.equals(request.getHeader(HttpHeaders.IF_NONE_MATCH))) {
            return ResponseEntity.status(HttpStatus.NOT_MODIFIED).eTag(etag).build();
        }
        return ResponseEntity.ok()
                .eTag(etag)
                .header(HttpHeaders.CACHE_CONTROL, "private, no-cache")
                .contentType(MediaType.APPLICATION_JSON)
                .body(page(reader, filter, page, PageRules.size(pageSize), cursor));
    }

    private static String etag(LedgerReader.Extent extent) {
        ArchivedPart archived = extent.archived();
        return '"' + Long.toString(extent.last()) + (archived == null ? "" : "-" + archived.throughId()) + '"';
    }

    /** A page by number or by cursor; by neither it is the first. */
    LedgerPage page(
            long organizationKey, LedgerFilter filter, @Nullable Long page, int pageSize, @Nullable String cursor) {
        return page(new LedgerReader(entries, organizationKey), filter, page, pageSize, cursor);
    }

    private static LedgerPage page(
            LedgerReader reader, LedgerFilter filter, @Nullable Long page, int pageSize, @Nullable String cursor) {
        if (cursor != null && page != null) {
            throw ProblemException.invalidParameter("cursor");
        }
        if (page != null && (page < 1 || page > Integer.MAX_VALUE)) {
            throw ProblemException.invalidParameter("page");
        }
        Long number = cursor == null ? Long.valueOf(page == null ? 1 : page) : null;
        Slice slice = number == null
                ? reader.below(filter, position(cursor), pageSize)
                : reader.page(filter, number, pageSize);
        Long next = slice.nextBelow();
        return new LedgerPage(
                slice.entries(),
                number,
                pageSize,
                reader.count(filter),
                next == null ? null : next.toString(),
                reader.extent().archived());
    }

    /** A cursor is the number that the page's entries are below; an empty one asks for the first page. */
    private static long position(@Nullable String cursor) {
        if (cursor == null || cursor.isEmpty()) {
            return Long.MAX_VALUE;
        }
        if (!cursor.matches("[1-9][0-9]{0,17}")) {
            throw ProblemException.invalidParameter("cursor");
        }
        return Long.parseLong(cursor);
    }

    private static boolean wantsCsv(@Nullable String format, HttpServletRequest request) {
        if (format == null) {
            String accept = request.getHeader(HttpHeaders.ACCEPT);
            return accept != null && accept.toLowerCase(Locale.ROOT).startsWith("text/csv");
        }
        return switch (format) {
            case "csv" -> true;
            case "json" -> false;
            default -> throw ProblemException.invalidParameter("format");
        };
    }

    /**
     * All that matches, as a download. A header says what is archived; where nothing is filtered, a last row brings its balance
     * forward, so that the amounts add up to the balance.
     */
    StreamingResponseBody csv(long organizationKey, LedgerFilter filter, HttpServletResponse response) {
        response.setContentType(CSV.toString());
        response.setHeader(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"ledger.csv\"");
        LedgerReader reader = new LedgerReader(entries, organizationKey);
        ArchivedPart archived = reader.extent().archived();
        if (archived != null) {
            response.setHeader(ARCHIVED_THROUGH, archived.throughId());
        }
        return out -> {
            LedgerCsv csv = new LedgerCsv(out);
            reader.export(filter, csv);
            if (!Objects.equals(archived, entries.extent(organizationKey).archived())) {
                throw new IllegalStateException("a month left the ledger during its export: ask again");
            }
            if (filter.isEmpty() && archived != null) {
                csv.bringForward(archived);
            }
        };
    }
}
