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
    private final JdbcDeeds deeds;
    private final Resync resync;
    private final Clock clock;

    public Reconciler(StripeGateway stripe, DataSource dataSource, Resync resync, Clock clock) {
        this.stripe = new StripeReader(stripe);
        this.ours = new JdbcOurSide(dataSource);
        this.deeds = new JdbcDeeds(dataSource, clock);
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
     * Repairs what is safe to repair in the period: reads each session concerned, or subscription, once more and does what Stripe
     * says, by the same way as a webhook would. So nothing is credited that is not paid as ordered, and nothing that is held.
     * May be repeated. Each repair that changes something is in the audit log, in the same transaction. Differences of plans
     * that only a person can end are answered with the reason.
     *
     * @param actor who asked for it
     */
    public Repaired repair(StripePeriod asked, String actor) {
        Map<String, List<Difference>> sessions = new LinkedHashMap<>();
        List<Difference> ofPlans = new ArrayList<>();
        for (Difference difference : report(asked).differences()) {
            String session = difference.sessionId();
            if (difference.type().isAboutPlan()) {
                ofPlans.add(difference);
            } else if (difference.type().isRepairable() && session != null && difference.organizationId() != null) {
                sessions.computeIfAbsent(session, unused -> new ArrayList<>()).add(difference);
            }
        }
        List<Repair> repairs = new ArrayList<>();
        sessions.forEach((session, differences) -> repairs.add(repair(session, differences, actor)));
        ofPlans.forEach(difference -> repairs.add(repairOfPlan(difference, actor)));
        return new Repaired(repairs, report(asked));
    }

    private Repair repair(String sessionId, List<Difference> differences, String actor) {
        String organizationId = String.valueOf(differences.get(0).organizationId());
        List<DifferenceClass> types =
                differences.stream().map(Difference::type).distinct().toList();
        String reason = types.stream().map(DifferenceClass::wireName).collect(Collectors.joining(","));
        Deed deed = new Deed(organizationId, sessionId, actor, REPAIR, reason);
        String outcome = resync.resync(sessionId, new Resync.Around() {
            @Override
            public <T> T run(Supplier<T> booking) {
                return deeds.audited(deed, booking);
            }
        });
        return done(new Repair(organizationId, sessionId, sessionId, types, outcome));
    }

    private Repair repairOfPlan(Difference difference, String actor) {
        String session = difference.sessionId();
        String subject = difference.subject();
        String outcome =
                switch (difference.type()) {
                    case PLAN_PAID_NOT_IN_FORCE ->
                        session == null ? "no_session" : resync.resyncPlan(session, around(difference, session, actor));
                    case PLAN_IN_FORCE_NOT_PAID ->
                        resync.resyncSubscription(subject, around(difference, subject, actor));
                    case PLAN_UNKNOWN -> "unknown_order";
                    case PLAN_HELD_FOR_REVIEW -> "held";
                    case PLAN_AMOUNT_DIFFERS -> "amount_differs";
                    default -> throw new IllegalStateException(difference.type() + " is not about a plan");
                };
        return done(new Repair(difference.organizationId(), subject, session, List.of(difference.type()), outcome));
    }

    private Resync.Around around(Difference difference, String subject, String actor) {
        Deed deed = new Deed(
                String.valueOf(difference.organizationId()),
                subject,
                actor,
                REPAIR,
                difference.type().wireName());
        return new Resync.Around() {
            @Override
            public <T> T run(Supplier<T> change) {
                return deeds.auditedOfPlan(deed, change);
            }
        };
    }

    private static Repair done(Repair repair) {
        log.atInfo()
                .addKeyValue("subject", repair.subject())
                .addKeyValue("types", repair.types())
                .addKeyValue("outcome", repair.outcome())
                .log("a difference was repaired as far as it can be");
        return repair;
    }
}
