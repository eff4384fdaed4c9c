package dev.aicredits.checkout;

import dev.aicredits.money.Usd;
import dev.aicredits.reconcile.Difference;
import dev.aicredits.reconcile.Report;
import org.jspecify.annotations.Nullable;

/**
 * A report's differences as RFC 4180 CSV. Text that a spreadsheet would take for a formula gets an apostrophe in front,
 * which makes it text there.
 */
final class ReconciliationCsv {

    private static final String HEADER =
            "type,organizationId,subject,sessionId,orderState,stripeUsd,ledgerUsd,repairable\r\n";
    private static final String FORMULA_STARTS = "=+-@\t\r\n";

    private ReconciliationCsv() {}

    static String of(Report report) {
        StringBuilder csv = new StringBuilder(HEADER);
        for (Difference difference : report.differences()) {
            Long stripeNanos = difference.stripeNanos();
            csv.append(difference.type().wireName())
                    .append(',')
                    .append(text(difference.organizationId()))
                    .append(',')
                    .append(text(difference.subject()))
                    .append(',')
                    .append(text(difference.sessionId()))
                    .append(',')
                    .append(text(difference.orderState()))
                    .append(',')
                    .append(stripeNanos == null ? "" : Usd.ofNanos(stripeNanos).toString())
                    .append(',')
                    .append(Usd.ofNanos(difference.ledgerNanos()))
                    .append(',')
                    .append(difference.type().isRepairable())
                    .append("\r\n");
        }
        return csv.toString();
    }

    private static String text(@Nullable String value) {
        if (value == null || value.isEmpty()) {
            return "";
        }
        String safe = FORMULA_STARTS.indexOf(value.charAt(0)) < 0 ? value : "'" + value;
        boolean quoted = safe.chars().anyMatch(c -> c == ',' || c == '"' || c == '\r' || c == '\n' || c == '\'');
        return quoted ? '"' + safe.replace("\"", "\"\"") + '"' : safe;
    }
}
