package dev.aicredits.bench;

import java.util.List;
import java.util.Locale;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The rate at which a table grew, million by million, read from the entries' own {@code booked_at}. */
final class Growth {

    private record Million(long number, double perSecond) {}

    private Growth() {}

    /** Reports each million's rate, and answers the last over the second; the first has the JVM's warm-up in it. */
    static double ratio(BenchLedger ledger, Report report) {
        List<Million> millions = JdbcClient.create(ledger.superuser())
                .sql("""
                        WITH batches AS (
                            SELECT booked_at, count(*) AS entries FROM ledger_entry GROUP BY booked_at),
                        running AS (
                            SELECT booked_at, entries, sum(entries) OVER (ORDER BY booked_at) AS total FROM batches)
                        SELECT floor(total / 1000000)::bigint AS number,
                               sum(entries) / extract(epoch FROM max(booked_at) - min(booked_at)) AS per_second
                          FROM running GROUP BY floor(total / 1000000) HAVING sum(entries) > 500000 ORDER BY 1
                        """)
                .query(Million.class)
                .list();
        StringBuilder rates = new StringBuilder("events/s by million:");
        for (Million million : millions) {
            rates.append(String.format(Locale.ROOT, " %,.0f", million.perSecond()));
        }
        report.note(rates.toString());
        if (millions.size() < 3) {
            throw new IllegalStateException("growth is measured over three million entries or more");
        }
        return millions.get(millions.size() - 1).perSecond() / millions.get(1).perSecond();
    }
}
