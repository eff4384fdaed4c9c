package dev.aicredits.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicredits.stripe.StripeDispute;
import dev.aicredits.stripe.StripeInvoice;
import dev.aicredits.stripe.StripePayment;
import dev.aicredits.stripe.StripePeriod;
import dev.aicredits.stripe.StripeRefund;
import dev.aicredits.stripe.StripeSession;
import dev.aicredits.stripe.StripeSession.PaymentStatus;
import dev.aicredits.stripe.StripeSession.Status;
import dev.aicredits.stripe.StripeSubscription;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each class of difference is found where it is, and nothing else is; what agrees is no difference. */
class ReconciliationTest {

    private static final Instant FROM = Instant.parse("2026-11-01T00:00:00Z");
    private static final StripePeriod NOVEMBER = new StripePeriod(FROM, Instant.parse("2026-12-01T00:00:00Z"));
    private static final long USD = 1_000_000_000L;
    private static final String ACME = "org_acme";

    /** All that is compared, to be spoiled. It begins with a purchase of 50 USD and a bystander of 20 at another organization. */
    private static final class World {
        final List<StripeSession> sessions = new ArrayList<>();
        final List<StripeRefund> refunds = new ArrayList<>();
        final List<StripeDispute> disputes = new ArrayList<>();
        final List<OrderLine> orders = new ArrayList<>();
        final List<EntryLine> entries = new ArrayList<>();
        final List<StripeInvoice> invoices = new ArrayList<>();
        final List<PlanLine> plans = new ArrayList<>();
        Long acceptedCents;
        Set<String> givenBack = Set.of();

        World() {
            sessions.add(session("b", 2000, "usd", PaymentStatus.PAID, Status.COMPLETE, FROM, 0));
            orders.add(order("org_other", "b", "credited", 2000, 9L));
            entries.add(new EntryLine("org_other", 9, 20 * USD, "cs_b", null, null));
        }

        World purchase(PaymentStatus paid, String orderState, long... creditedUsd) {
            Status status = paid == PaymentStatus.UNPAID ? Status.OPEN : Status.COMPLETE;
            return purchase(session("a", 5000, "usd", paid, status, FROM, 0), orderState, creditedUsd);
        }

        World purchase(StripeSession session, String orderState, long... creditedUsd) {
            sessions.add(session);
            orders.add(order(ACME, "a", orderState, 5000, orderState.equals("credited") ? 1L : null));
            for (long usd : creditedUsd) {
                entry(usd, null, null);
            }
            return this;
        }

        World entry(long usd, String refundId, String disputeId) {
            long seq = entries.stream()
                            .filter(e -> e.organizationId().equals(ACME))
                            .count()
                    + 1;
            entries.add(new EntryLine(ACME, seq, usd * USD, "cs_a", refundId, disputeId));
            return this;
        }

        World refund(String status, String currency) {
            refunds.add(new StripeRefund("re_a", status, 1000, currency, "pi_a", FROM));
            return this;
        }

        World plan(String state, boolean refused, String subscriptionStatus) {
            Instant monthEnd = FROM.atOffset(ZoneOffset.UTC).plusMonths(1).toInstant();
            String subscription = state.equals("open") ? null : "sub_a";
            plans.add(new PlanLine(
                    ACME,
                    "plan_a",
                    "cs_plan",
                    state,
                    9900,
                    acceptedCents,
                    refused,
                    subscription,
                    subscriptionStatus == null ? null : StripeSubscription.Status.ofWireName(subscriptionStatus),
                    monthEnd,
                    FROM));
            return this;
        }

        World invoice(Instant created) {
            return invoice(created, 9900, "usd");
        }

        World invoice(Instant created, long cents, String currency) {
            invoices.add(
                    new StripeInvoice("in_a", "paid", currency, cents, cents, null, created, ACME, "sub_a", "plan_a"));
            return this;
        }

        /** From now on orders of plans have that amount accepted by a person. */
        World accepted(long cents) {
            acceptedCents = cents;
            return this;
        }

        World dispute(long... movedCents) {
            List<StripeDispute.Movement> moved = new ArrayList<>();
            for (long cents : movedCents) {
                moved.add(new StripeDispute.Movement("txn_" + moved.size(), cents, "usd", FROM));
            }
            disputes.add(new StripeDispute("dp_a", "lost", 5000, "usd", "pi_a", FROM, moved));
            return this;
        }

        Report report() {
            return Reconciliation.of(
                    NOVEMBER,
                    new StripeSide(sessions, refunds, disputes, invoices, givenBack),
                    new OurSide(orders, entries, plans));
        }
    }

    private static StripeSession session(
            String name,
            long cents,
            String currency,
            PaymentStatus paid,
            Status status,
            Instant charged,
            long refunded) {
        return new StripeSession(
                "cs_" + name,
                status,
                paid,
                cents,
                currency,
                false,
                "order_" + name,
                "order_" + name,
                null,
                paid == PaymentStatus.UNPAID ? charged : charged.minusSeconds(60),
                charged.plusSeconds(86_400),
                null,
                new StripePayment("pi_" + name, "succeeded", "ch_" + name, charged, refunded, false));
    }

    private static OrderLine order(String organization, String name, String state, long cents, Long entrySeq) {
        return new OrderLine(
                organization, "order_" + name, "cs_" + name, "pi_" + name, state, cents, "usd", entrySeq, FROM);
    }

    private static World bought() {
        return new World().purchase(PaymentStatus.PAID, "credited", 50);
    }

    private static StripeSession paid(long cents, String currency, long refunded) {
        return session("a", cents, currency, PaymentStatus.PAID, Status.COMPLETE, FROM, refunded);
    }

    private static Arguments found(DifferenceClass expected, String what, World world) {
        return Arguments.of(expected, what, world);
    }

    static Stream<Arguments> differences() {
        PaymentStatus paid = PaymentStatus.PAID;
        PaymentStatus unpaid = PaymentStatus.UNPAID;
        World unknown = bought();
        unknown.orders.remove(1);
        unknown.entries.remove(1);
        World mixed = bought();
        mixed.entries.add(new EntryLine("org_other", 10, -10 * USD, "cs_a", "re_a", null));
        World wrongOrganization = bought();
        wrongOrganization.entries.add(new EntryLine("org_other", 10, 50 * USD, "cs_a", null, null));
        World noSession = bought();
        noSession.sessions.remove(1);
        World movedEntry = bought();
        movedEntry.entries.set(1, new EntryLine(ACME, 7, 50 * USD, "cs_a", null, null));
        World second = bought();
        second.sessions.add(secondSession(0));
        return Stream.of(
                found(DifferenceClass.PAID_NOT_CREDITED, "a lost webhook", new World().purchase(paid, "open")),
                found(DifferenceClass.PAID_NOT_CREDITED, "over too early", new World().purchase(paid, "expired")),
                found(DifferenceClass.PAID_NOT_CREDITED, "no entry", new World().purchase(paid, "credited")),
                found(DifferenceClass.CREDITED_NOT_PAID, "unpaid", new World().purchase(unpaid, "credited", 50)),
                found(DifferenceClass.CREDITED_NOT_PAID, "no such session", noSession),
                found(DifferenceClass.CREDITED_NOT_PAID, "another organization's too", wrongOrganization),
                found(
                        DifferenceClass.AMOUNT_DIFFERS,
                        "a cent less",
                        new World().purchase(paid(4999, "usd", 0), "credited", 50)),
                found(
                        DifferenceClass.CURRENCY_DIFFERS,
                        "euros",
                        new World().purchase(paid(5000, "eur", 0), "credited", 50)),
                found(DifferenceClass.CURRENCY_DIFFERS, "euros back", bought().refund("succeeded", "eur")),
                found(DifferenceClass.UNKNOWN_SESSION, "no order", unknown),
                found(DifferenceClass.UNKNOWN_SESSION, "no order, given back but for a cent", withoutOrder(4999)),
                found(DifferenceClass.HELD_FOR_REVIEW, "in review", new World().purchase(paid, "review")),
                found(DifferenceClass.HELD_FOR_REVIEW, "refused", new World().purchase(paid, "refused")),
                found(DifferenceClass.HELD_FOR_REVIEW, "paid twice", second),
                found(DifferenceClass.DUPLICATE_CREDIT, "twice", bought().entry(50, null, null)),
                found(DifferenceClass.ORDER_STATE_DIFFERS, "credited, open", new World().purchase(paid, "open", 50)),
                found(DifferenceClass.ORDER_STATE_DIFFERS, "another entry", movedEntry),
                found(DifferenceClass.ORDER_STATE_DIFFERS, "unpaid", new World().purchase(unpaid, "credited")),
                found(DifferenceClass.ORDER_STATE_DIFFERS, "cut off", new World().purchase(unpaid, "created")),
                found(
                        DifferenceClass.ORDER_STATE_DIFFERS,
                        "expired",
                        new World().purchase(session("a", 5000, "usd", unpaid, Status.EXPIRED, FROM, 0), "open")),
                found(DifferenceClass.REFUND_NOT_BOOKED, "no entry", bought().refund("pending", "usd")),
                found(
                        DifferenceClass.REFUND_NOT_REVERSED,
                        "failed",
                        bought().refund("failed", "usd").entry(-10, "re_a", null)),
                found(
                        DifferenceClass.REFUND_BOOKED_WRONG,
                        "a dollar less",
                        bought().refund("succeeded", "usd").entry(-9, "re_a", null)),
                found(DifferenceClass.REFUND_BOOKED_WRONG, "elsewhere", with(mixed, w -> w.refund("succeeded", "usd"))),
                found(DifferenceClass.REFUND_UNKNOWN, "none at Stripe", bought().entry(-10, "re_a", null)),
                found(DifferenceClass.DISPUTE_NOT_BOOKED, "withdrawn", bought().dispute(-5000)),
                found(
                        DifferenceClass.DISPUTE_NOT_BOOKED,
                        "reinstated",
                        bought().dispute(-5000, 5000).entry(-50, null, "dp_a")),
                found(
                        DifferenceClass.DISPUTE_BOOKED_WRONG,
                        "a dollar less",
                        bought().dispute(-5000).entry(-49, null, "dp_a")),
                found(DifferenceClass.DISPUTE_UNKNOWN, "none at Stripe", bought().entry(-50, null, "dp_a")),
                found(
                        DifferenceClass.PLAN_PAID_NOT_IN_FORCE,
                        "a lost webhook",
                        new World().plan("open", false, null).invoice(FROM)),
                found(
                        DifferenceClass.PLAN_PAID_NOT_IN_FORCE,
                        "another subscription",
                        with(
                                new World().plan("ended", false, "canceled"),
                                w -> w.invoices.add(new StripeInvoice(
                                        "in_b", "paid", "usd", 9900, 9900, null, FROM, ACME, "sub_b", "plan_a")))),
                found(DifferenceClass.PLAN_UNKNOWN, "no order", new World().invoice(FROM)),
                found(
                        DifferenceClass.PLAN_HELD_FOR_REVIEW,
                        "in review",
                        new World().plan("review", false, "active").invoice(FROM)),
                found(
                        DifferenceClass.PLAN_HELD_FOR_REVIEW,
                        "refused, and goes on",
                        new World().plan("failed", true, "active").invoice(FROM)),
                found(
                        DifferenceClass.PLAN_AMOUNT_DIFFERS,
                        "less than the fee",
                        new World().plan("active", false, "active").invoice(FROM, 9899, "usd")),
                found(
                        DifferenceClass.PLAN_AMOUNT_DIFFERS,
                        "another currency",
                        new World().plan("ended", false, "canceled").invoice(FROM, 9900, "eur")),
                found(
                        DifferenceClass.PLAN_AMOUNT_DIFFERS,
                        "neither the fee nor what was accepted",
                        new World()
                                .accepted(4900)
                                .plan("active", false, "active")
                                .invoice(FROM, 5000, "usd")),
                found(
                        DifferenceClass.PLAN_IN_FORCE_NOT_PAID,
                        "no invoice",
                        new World().plan("active", false, "active")),
                found(
                        DifferenceClass.PLAN_IN_FORCE_NOT_PAID,
                        "the month before's",
                        new World().plan("active", false, "active").invoice(FROM.minus(Duration.ofDays(5)))));
    }

    private static World with(World world, Consumer<World> change) {
        change.accept(world);
        return world;
    }

    /** As after a restore from before the order. */
    private static World withoutOrder(long refundedCents) {
        return with(new World().purchase(paid(5000, "usd", refundedCents), "review"), world -> world.orders.remove(1))
                .refund("succeeded", "usd");
    }

    /** Another session of the same order, paid too. */
    private static StripeSession secondSession(long refunded) {
        return new StripeSession(
                "cs_second",
                Status.COMPLETE,
                PaymentStatus.PAID,
                5000,
                "usd",
                false,
                "order_a",
                "order_a",
                null,
                FROM,
                FROM,
                null,
                new StripePayment("pi_second", "succeeded", "ch_2", FROM, refunded, false));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("differences")
    void aDifferenceIsFoundAndNothingElse(DifferenceClass expected, String what, World world) {
        assertThat(world.report().differences())
                .as(what)
                .extracting(Difference::type)
                .containsExactly(expected);
    }

    @Test
    void everyClassHasACase() {
        Set<Object> covered = differences().map(arguments -> arguments.get()[0]).collect(Collectors.toSet());

        assertThat(covered).isEqualTo(EnumSet.allOf(DifferenceClass.class));
    }

    @Test
    void whatAgreesIsClean() {
        List<World> worlds = List.of(
                bought(),
                new World().plan("active", false, "active").invoice(FROM),
                new World().plan("active", false, "active").invoice(FROM.minus(Duration.ofDays(3))),
                new World().plan("active", false, "past_due"),
                new World().accepted(4900).plan("active", false, "active").invoice(FROM, 4900, "usd"),
                new World().accepted(4900).plan("active", false, "active").invoice(FROM),
                new World().plan("ended", false, "canceled").invoice(FROM),
                new World().plan("failed", true, "canceled").invoice(FROM),
                bought().refund("succeeded", "usd").entry(-10, "re_a", null),
                bought().refund("failed", "usd").entry(-10, "re_a", null).entry(10, "re_a", null),
                bought().refund("canceled", "usd"),
                bought().dispute(-5000, 5000).entry(50, null, "dp_a").entry(-50, null, "dp_a"),
                bought().dispute(),
                new World().purchase(PaymentStatus.UNPAID, "open"),
                new World().purchase(PaymentStatus.UNPAID, "failed"),
                new World().purchase(paid(5000, "usd", 5000), "review").refund("succeeded", "usd"),
                with(bought(), world -> world.sessions.add(secondSession(5000))),
                withoutOrder(5000),
                with(new World().invoice(FROM), world -> world.givenBack = Set.of("in_a")),
                with(
                        bought(),
                        world -> world.refunds.add(
                                new StripeRefund("re_x", "succeeded", 1, "usd", "pi_of_another_product", FROM))));

        assertThat(worlds)
                .allSatisfy(world -> assertThat(world.report().differences()).isEmpty());
    }

    @Test
    void aPaymentIsOfThePeriodInWhichItWasChargedWheneverItWasOpenedOrBooked() {
        Instant before = FROM.minusSeconds(1);
        Instant last = NOVEMBER.until().minusSeconds(1);

        assertThat(chargedAt(before).report().differences()).isEmpty();
        assertThat(chargedAt(FROM).report().differences()).hasSize(1);
        assertThat(chargedAt(last).report().differences()).hasSize(1);
        assertThat(chargedAt(NOVEMBER.until()).report().differences()).isEmpty();
        assertThat(chargedAt(NOVEMBER.until().plus(Duration.ofDays(1)))
                        .report()
                        .stripe()
                        .paidNanos())
                .isEqualTo(20 * USD);
    }

    private static World chargedAt(Instant charged) {
        return new World().purchase(session("a", 5000, "usd", PaymentStatus.PAID, Status.COMPLETE, charged, 0), "open");
    }

    @Test
    void theSumsAreToTheNano() {
        World world = bought().refund("succeeded", "usd")
                .entry(-10, "re_a", null)
                .dispute(-5000, 1234)
                .entry(-50, null, "dp_a");
        world.entries.add(new EntryLine(ACME, 4, 12_340_000_000L, "cs_a", null, "dp_a"));

        Report report = world.report();

        assertThat(report.isClean()).isTrue();
        assertThat(report.stripe()).isEqualTo(new SideTotals(70 * USD, -10 * USD, -37_660_000_000L));
        assertThat(report.ledger()).isEqualTo(report.stripe());
        assertThat(report.ledger().netNanos()).isEqualTo(22_340_000_000L);
    }

    @Test
    void ofASecondPaymentOfACreditedOrderNothingGoesBackInTheLedger() {
        World world = bought();
        world.sessions.add(secondSession(5000));
        world.refunds.add(new StripeRefund("re_second", "succeeded", 5000, "usd", "pi_second", FROM));
        StripeDispute.Movement taken = new StripeDispute.Movement("txn_second", -5000, "usd", FROM);
        world.disputes.add(new StripeDispute("dp_second", "lost", 5000, "usd", "pi_second", FROM, List.of(taken)));

        Report report = world.report();

        assertThat(report.differences()).isEmpty();
        assertThat(report.stripe().refundedNanos()).isZero();
        assertThat(report.stripe().disputedNanos()).isZero();
        assertThat(world.entry(-50, "re_second", null).report().differences())
                .extracting(Difference::type)
                .containsExactly(DifferenceClass.REFUND_BOOKED_WRONG);
    }

    @Test
    void aDifferenceOfOneNanoIsOne() {
        World world = new World().purchase(PaymentStatus.PAID, "credited");
        world.entries.add(new EntryLine(ACME, 1, 50 * USD + 1, "cs_a", null, null));

        assertThat(world.report().differences())
                .containsExactly(new Difference(
                        DifferenceClass.AMOUNT_DIFFERS, ACME, "cs_a", "cs_a", "credited", 50 * USD, 50 * USD + 1));
    }
}
