package dev.aicredits.checkout;

import com.fasterxml.jackson.annotation.JsonRawValue;
import dev.aicredits.money.Usd;
import dev.aicredits.reconcile.Difference;
import dev.aicredits.reconcile.DifferenceClass;
import dev.aicredits.reconcile.Report;
import dev.aicredits.reconcile.SideTotals;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A report as JSON. Money is exact decimal USD, signed as the customer sees it. */
record ReconciliationAnswer(
        String from, String to, boolean clean, Side stripe, Side ledger, Plans plans, List<Item> differences) {

    /** What was paid for plans at Stripe; a fee is no credit, and the ledger has nothing of it. */
    record Plans(int invoices, @JsonRawValue String paidUsd) {}

    /** The sums of a side. */
    record Side(
            @JsonRawValue String paidUsd,
            @JsonRawValue String refundedUsd,
            @JsonRawValue String disputedUsd,
            @JsonRawValue String netUsd) {
        static Side of(SideTotals totals) {
            return new Side(
                    usd(totals.paidNanos()),
                    usd(totals.refundedNanos()),
                    usd(totals.disputedNanos()),
                    usd(totals.netNanos()));
        }
    }

    /** A difference. */
    record Item(
            String type,
            @Nullable String organizationId,
            String subject,
            @Nullable String sessionId,
            @Nullable String orderState,
            @JsonRawValue @Nullable String stripeUsd,
            @JsonRawValue String ledgerUsd,
            boolean repairable) {

        static Item of(Difference difference) {
            Long stripeNanos = difference.stripeNanos();
            return new Item(
                    difference.type().wireName(),
                    difference.organizationId(),
                    difference.subject(),
                    difference.sessionId(),
                    difference.orderState(),
                    stripeNanos == null ? null : usd(stripeNanos),
                    usd(difference.ledgerNanos()),
                    difference.type().isRepairable());
        }
    }

    /** What was done about a session, or about a difference of a plan. */
    record Done(
            @Nullable String organizationId,
            String subject,
            @Nullable String sessionId,
            List<String> types,
            String outcome) {}

    /** What was repaired, and the report afterwards. */
    record Repaired(List<Done> repairs, ReconciliationAnswer report) {}

    static ReconciliationAnswer of(Report report) {
        return new ReconciliationAnswer(
                report.period().from().toString(),
                report.period().until().toString(),
                report.isClean(),
                Side.of(report.stripe()),
                Side.of(report.ledger()),
                new Plans(report.plans().invoices(), usd(report.plans().paidNanos())),
                report.differences().stream().map(Item::of).toList());
    }

    static Repaired of(dev.aicredits.reconcile.Repaired repaired) {
        return new Repaired(
                repaired.repairs().stream()
                        .map(repair -> new Done(
                                repair.organizationId(),
                                repair.subject(),
                                repair.sessionId(),
                                repair.types().stream()
                                        .map(DifferenceClass::wireName)
                                        .toList(),
                                repair.outcome()))
                        .toList(),
                of(repaired.after()));
    }

    /** As it is written: a decimal's own text would have an exponent below a millionth. */
    private static String usd(long nanos) {
        return Usd.ofNanos(nanos).toString();
    }
}
