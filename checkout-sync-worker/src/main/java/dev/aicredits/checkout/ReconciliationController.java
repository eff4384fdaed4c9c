package dev.aicredits.checkout;

import dev.aicredits.access.Grant;
import dev.aicredits.access.Requires;
import dev.aicredits.access.SignedIn;
import dev.aicredits.problem.Problem;
import dev.aicredits.problem.ProblemException;
import dev.aicredits.reconcile.Reconciler;
import dev.aicredits.reconcile.Report;
import dev.aicredits.stripe.StripePeriod;
import jakarta.servlet.http.HttpServletRequest;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** For operators: where Stripe, orders and ledger differ over a period, and the repair of what is safe to repair. */
@RestController
@RequestMapping(ReconciliationController.PATH)
class ReconciliationController {

    static final String PATH = "/api/v1/operator/reconciliation";

    static final Duration PERIOD_MAX = Duration.ofDays(92);

    private static final MediaType CSV = new MediaType("text", "csv", StandardCharsets.UTF_8);

    private final Reconciler reconciler;
    private final Clock clock;

    ReconciliationController(Reconciler reconciler, Clock clock) {
        this.reconciler = reconciler;
        this.clock = clock;
    }

    @Requires(Grant.OPERATE)
    @GetMapping
    ResponseEntity<?> report(HttpServletRequest request) {
        boolean csv = wantsCsv(request);
        Report report = reconciler.report(period(request));
        if (!csv) {
            return ResponseEntity.ok().contentType(MediaType.APPLICATION_JSON).body(ReconciliationAnswer.of(report));
        }
        return ResponseEntity.ok()
                .contentType(CSV)
                .header(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"reconciliation.csv\"")
                .body(ReconciliationCsv.of(report).getBytes(StandardCharsets.UTF_8));
    }

    @Requires(Grant.OPERATE)
    @PostMapping("/repairs")
    ReconciliationAnswer.Repaired repair(SignedIn operator, HttpServletRequest request) {
        return ReconciliationAnswer.of(
                reconciler.repair(period(request), operator.caller().actor()));
    }

    private static boolean wantsCsv(HttpServletRequest request) {
        String format = single(request, "format", CheckoutProblem.FORMAT_UNKNOWN);
        if (format == null) {
            String accept = request.getHeader(HttpHeaders.ACCEPT);
            return accept != null && accept.startsWith("text/csv");
        }
        return switch (format) {
            case "csv" -> true;
            case "json" -> false;
            default -> throw new ProblemException(CheckoutProblem.FORMAT_UNKNOWN);
        };
    }

    private StripePeriod period(HttpServletRequest request) {
        StripePeriod period = new StripePeriod(time(request, "from"), time(request, "to"));
        if (!period.from().isBefore(period.until()) || period.from().isAfter(clock.instant())) {
            throw new ProblemException(CheckoutProblem.PERIOD_INVALID);
        }
        if (Duration.between(period.from(), period.until()).compareTo(PERIOD_MAX) > 0) {
            throw new ProblemException(CheckoutProblem.PERIOD_TOO_LONG);
        }
        return period;
    }

    /** A date is its first moment in UTC. Stripe counts whole seconds, so a part of one is no edge. */
    private static Instant time(HttpServletRequest request, String name) {
        String value = single(request, name, CheckoutProblem.PERIOD_INVALID);
        if (value == null) {
            throw new ProblemException(CheckoutProblem.PERIOD_INVALID);
        }
        try {
            Instant time = value.indexOf('T') < 0
                    ? LocalDate.parse(value).atStartOfDay(ZoneOffset.UTC).toInstant()
                    : OffsetDateTime.parse(value).toInstant();
            // Before 1970 there is no Stripe, and far years do not fit into the database.
            if (!time.equals(time.truncatedTo(ChronoUnit.SECONDS)) || time.isBefore(Instant.EPOCH)) {
                throw new ProblemException(CheckoutProblem.PERIOD_INVALID);
            }
            return time;
        } catch (DateTimeException e) {
            throw new ProblemException(CheckoutProblem.PERIOD_INVALID);
        }
    }

    private static @Nullable String single(HttpServletRequest request, String name, Problem otherwise) {
        String[] values = request.getParameterValues(name);
        if (values != null && values.length > 1) {
            throw new ProblemException(otherwise);
        }
        return values == null ? null : values[0];
    }
}
