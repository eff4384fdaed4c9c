package dev.aicredits.checkout;

import dev.aicredits.csv.CsvText;
import dev.aicredits.money.Usd;
import dev.aicredits.reconcile.Difference;
import dev.aicredits.reconcile.Report;
import org.jspecify.annotations.Nullable;

/** A report's differences as RFC 4180 CSV. */
final class ReconciliationCsv {

    private static final String HEADER =
            "type,organizationId,subject,sessionId,orderState,stripeUsd,ledgerUsd,repairable\r\n";

    private ReconciliationCsv() {}

    static String of(Report report) {
        StringBuilder csv = new StringBuilder(HEADER);
        for (Difference difference : report.differences()) {
            Long stripeNanos = difference.stripeNanos();
            csv.append(difference.type().wireName());
            text(csv, difference.organizationId());
            text(csv, difference.subject());
            text(csv, difference.sessionId());
            text(csv, difference.orderState());
            csv.append(',')
                    .append(stripeNanos == null ? "" : Usd.ofNanos(stripeNanos).toString());
            csv.append(',').append(Usd.ofNanos(difference.ledgerNanos()));
            csv.append(',').append(difference.type().isRepairable()).append("\r\n");
        }
        return csv.toString();
    }

    private static void text(StringBuilder csv, @Nullable String value) {
        csv.append(',');
        CsvText.append(csv, value);
    }
}
