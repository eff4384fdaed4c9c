package dev.aicredits.reconcile;

import dev.aicredits.stripe.StripeGateway;
import dev.aicredits.stripe.StripeInvoice;
import dev.aicredits.stripe.StripePeriod;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reports on a period, and repairs what one more reading of Stripe mends. Threads may share it. */
public final class Reconciler {

    /** The reason of an order of a plan that a person has refused. */
    public static final String REFUSED_PLAN = "refused_in_review";

    private static final Logger log = LoggerFactory.getLogger(Reconciler.class);

    private static final String REPAIR = "reconciliation_repair";

    private final StripeReader stripe;
    private final JdbcOurSide ours;
    private final JdbcAuditLog audit;
    private final Resync resync;
    private final Clock clock;

    public Reconciler(StripeGateway stripe, DataSource dataSource, Resync resync, Clock clock) {
        this.stripe = new StripeReader(stripe);
        this.ours = new JdbcOurSide(dataSource);
        this.audit = new JdbcAuditLog(dataSource, clock);
        this.resync = resync;
        this.clock = clock;
    }

    /**
     * Compares what happened in the period, as far as it is past. Changes nothing.
     *
     * <p>The sides can't be read at one moment. What differs is therefore looked at twice, and is a difference if it is
     * one both times: what was only under way between the readings is not.
     *
     * @throws dev.aicredits.stripe.StripeFailure if Stripe did not say
     * @throws PeriodTooLargeException if too much happened
     */
    public Report report(StripePeriod asked) {
        StripePeriod period = past(asked);
        Report first = look(period);
        if (first.isClean()) {
            return first;
        }
        Report second = look(period);
        List<Difference> both = second.differences().stream()
                .filter(difference -> first.differences().stream().anyMatch(difference::isAbout))
                .toList();
        return new Report(period, second.stripe(), second.ledger(), second.plans(), both);
    }

    /** Until now: times of Stripe are whole seconds, and what happened in this one counts. */
    private StripePeriod past(StripePeriod asked) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS).plusSeconds(1);
        return asked.until().isAfter(now) ? new StripePeriod(asked.from(), now) : asked;
    }

    private Report look(StripePeriod period) {
        StripeSide side = stripe.read(period);
        OurSide ourSide = ours.read(period, side);
        List<StripeInvoice> unknown = PlanComparison.unknown(period, side.paidInvoices(), ourSide.plans());
        return Reconciliation.of(period, side.withGivenBack(stripe.givenBack(unknown)), ourSide);
    }

    /**
     * Repairs what is safe to repair in the period: reads each session concerned once more and books what Stripe says,
     * by the same way as a webhook would. So nothing is credited that is not paid as ordered, and nothing that is held.
     * May be repeated. Each repair that changes something is in the audit log, in the same transaction.
     *
     * @param actor who asked for it
     */
    public Repaired repair(StripePeriod asked, String actor) {
        Map<String, List<Difference>> sessions = new LinkedHashMap<>();
        for (Difference difference : report(asked).differences()) {
            String session = difference.sessionId();
            if (difference.type().isRepairable() && session != null && difference.organizationId() != null) {
                sessions.computeIfAbsent(session, unused -> new ArrayList<>()).add(difference);
            }
        }
        List<Repair> repairs = new ArrayList<>();
        sessions.forEach((session, differences) -> repairs.add(repair(session, differences, actor)));
        return new Repaired(repairs, report(asked));
    }

    private Repair repair(String sessionId, List<Difference> differences, String actor) {
        String organizationId = String.valueOf(differences.get(0).organizationId());
        List<DifferenceClass> types =
                differences.stream().map(Difference::type).distinct().toList();
        String reason = types.stream().map(DifferenceClass::wireName).collect(Collectors.joining(","));
        String outcome = resync.resync(sessionId, new Resync.Around() {
            @Override
            public <T> T run(Supplier<T> booking) {
                return audit.audited(new Deed(organizationId, sessionId, actor, REPAIR, reason), booking);
            }
        });
        log.atInfo()
                .addKeyValue("session", sessionId)
                .addKeyValue("reason", reason)
                .addKeyValue("outcome", outcome)
                .log("a difference was repaired as far as it can be");
        return new Repair(organizationId, sessionId, types, outcome);
    }
}
