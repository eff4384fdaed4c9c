package dev.aicredits.credits;

import dev.aicredits.access.Access;
import dev.aicredits.access.Grant;
import dev.aicredits.access.Requires;
import dev.aicredits.credits.JdbcSummary.Standing;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;

/** What an organization has. Polled cheaply: with {@code If-None-Match} it costs one row while nothing was booked. */
@RestController
class SummaryController {

    private final SummaryReader summaries;

    SummaryController(SummaryReader summaries) {
        this.summaries = summaries;
    }

    @Requires(Grant.BILLING_VIEW)
    @GetMapping("/api/v1/organizations/{organizationId}/ai-credits/summary")
    ResponseEntity<CreditsSummary> summary(
            Access access, @RequestHeader(name = HttpHeaders.IF_NONE_MATCH, required = false) @Nullable String known) {
        Standing standing = summaries.standing(access.organizationKey());
        // The day is a part of it: month to date and runway turn with it.
        String etag = "\"" + standing.entrySeq() + "-" + summaries.today() + "\"";
        if (etag.equals(known)) {
            return ResponseEntity.status(HttpStatus.NOT_MODIFIED).eTag(etag).build();
        }
        return ResponseEntity.ok()
                .eTag(etag)
                .header(HttpHeaders.CACHE_CONTROL, "private, no-cache")
                .body(summaries.summary(access.organizationKey(), standing));
    }
}
