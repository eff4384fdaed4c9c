package dev.aicredits.checkout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicredits.checkout.CheckoutClient.Answer;
import dev.aicredits.ledger.BookingOutcome;
import dev.aicredits.ledger.EntryKind;
import dev.aicredits.ledger.Ledger;
import dev.aicredits.ledger.NewEntry;
import dev.aicredits.money.Usd;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Differences that are planted in a running system are each found and named, and only the safe ones are repaired. */
class PlantedDifferencesTest {

    private static final CheckoutSystem SYSTEM = CheckoutSystem.create();
    private static final FakeStripe STRIPE = FakeStripe.start();
    private static final RunningCheckout WORKER =
            SYSTEM.start(CheckoutSystem.QUICK_COMMITS, "aicredits.checkout-sync.stripe.api-base=" + STRIPE.baseUrl());
    private static final CheckoutClient CLIENT = WORKER.client();
    private static final ReconciliationClient OPERATOR = new ReconciliationClient(CLIENT);
    private static final FakeStripeState AT_STRIPE = STRIPE.state;

    private final String organization = SYSTEM.organization();
    private final List<String> safe = new ArrayList<>();
    private final Map<String, String> sessions = new HashMap<>();
    private final List<String> unsafe = new ArrayList<>();

    @AfterAll
    static void close() {
        try (STRIPE;
                SYSTEM) {
            assertThat(SYSTEM.audit()).isEmpty();
        }
    }

    @Test
    void whatIsPlantedIsFoundAndWhatIsSafeIsRepaired() {
        bought();
        plantSafe();
        plantUnsafe();
        List<String> all = new ArrayList<>(safe);
        all.addAll(unsafe);

        assertThat(ReconciliationClient.differences(OPERATOR.month())).containsExactlyInAnyOrderElementsOf(all);
        JsonNode repaired = OPERATOR.repair(ReconciliationClient.period(2, 0)).json();

        assertThat(repaired.path("repairs")).hasSize(safe.size());
        assertThat(ReconciliationClient.differences(repaired.path("report")))
                .containsExactlyInAnyOrderElementsOf(unsafe);
        assertThat(ReconciliationClient.differences(OPERATOR.month())).containsExactlyInAnyOrderElementsOf(unsafe);
        assertThat(SYSTEM.orders(organization)).contains("review:amount_mismatch");
        assertThat(SYSTEM.superuser()
                        .sql("SELECT reason || ' ' || subject FROM audit_statement WHERE organization_id = ?")
                        .param(organization)
                        .query(String.class)
                        .list())
                .containsExactlyInAnyOrderElementsOf(safe.stream()
                        .map(line -> line.startsWith("refund") || line.startsWith("dispute")
                                ? line.substring(0, line.indexOf(' ') + 1) + sessionOf(line)
                                : line)
                        .toList());
        csvHasTheSame();
    }

    private String sessionOf(String line) {
        return sessions.get(line.substring(line.indexOf(' ') + 1));
    }

    private void plantSafe() {
        String unheard = start();
        AT_STRIPE.pay(unheard);
        safe.add("paid_not_credited " + unheard);

        String refunded = bought();
        AT_STRIPE.refund(refunded, 1234, "succeeded");
        safe.add("refund_not_booked " + AT_STRIPE.lastRefund());
        sessions.put(AT_STRIPE.lastRefund(), refunded);

        String failed = bought();
        AT_STRIPE.refund(failed, 1000, "pending");
        CLIENT.sync(organization, failed);
        AT_STRIPE.moveRefund(failed, AT_STRIPE.lastRefund(), "failed");
        safe.add("refund_not_reversed " + AT_STRIPE.lastRefund());
        sessions.put(AT_STRIPE.lastRefund(), failed);

        String disputed = bought();
        AT_STRIPE.withdraw(disputed);
        String dispute = AT_STRIPE.lastDispute();
        safe.add("dispute_not_booked " + dispute);
        sessions.put(dispute, disputed);

        String forgotten = bought();
        SYSTEM.superuser()
                .sql("UPDATE checkout_session SET state = 'open', entry_seq = NULL WHERE stripe_session_id = ?")
                .param(forgotten)
                .update();
        safe.add("order_state_differs " + forgotten);
    }

    private void plantUnsafe() {
        String held = start();
        AT_STRIPE.pay(held);
        AT_STRIPE.alter(held, session -> session.put("amount_total", 4999));
        CLIENT.sync(organization, held);
        unsafe.add("held_for_review " + held);

        String twice = bought();
        book(NewEntry.topUp(organization, Usd.of("50"), UUID.randomUUID(), Instant.now(), twice));
        unsafe.add("duplicate_credit " + twice);

        book(NewEntry.topUp(
                organization, Usd.of("0.000000001"), UUID.randomUUID(), Instant.now(), "=cmd|' /C calc'!A0"));
        unsafe.add("credited_not_paid =cmd|' /C calc'!A0");

        book(new NewEntry(
                organization,
                EntryKind.REFUND,
                Usd.of("-5"),
                UUID.randomUUID(),
                Instant.now(),
                twice,
                "re_none",
                null,
                null));
        unsafe.add("refund_unknown re_none");

        String changed = bought();
        AT_STRIPE.alter(changed, session -> session.put("amount_total", 5001));
        unsafe.add("amount_differs " + changed);

        String unknown = AT_STRIPE
                .createSession(Map.of(
                        "line_items[0][price_data][unit_amount]",
                        "5000",
                        "line_items[0][price_data][currency]",
                        "usd",
                        "client_reference_id",
                        UUID.randomUUID().toString(),
                        "metadata[aicredits_order]",
                        UUID.randomUUID().toString()))
                .path("id")
                .stringValue();
        AT_STRIPE.pay(unknown);
        unsafe.add("unknown_session " + unknown);
    }

    private void csvHasTheSame() {
        Answer csv = OPERATOR.get(ReconciliationClient.period(2, 0) + "&format=csv");

        assertThat(csv.response().headers().firstValue("Content-Type")).hasValue("text/csv;charset=UTF-8");
        assertThat(csv.body().lines()).hasSize(1 + unsafe.size());
        assertThat(csv.body())
                .contains("credited_not_paid," + organization
                        + ",\"'=cmd|' /C calc'!A0\",\"'=cmd|' /C calc'!A0\",,0,0.000000001,false\r\n");
        assertThat(OPERATOR.get(ReconciliationClient.period(2, 0), "Accept", "text/csv")
                        .body())
                .isEqualTo(csv.body());
        assertThat(OPERATOR.get(ReconciliationClient.period(2, 0)).body())
                .contains("\"ledgerUsd\":0.000000001")
                .doesNotContain("E-");
    }

    private void book(NewEntry entry) {
        assertThat(WORKER.bean(Ledger.class).book(entry)).isInstanceOf(BookingOutcome.Booked.class);
    }

    private String bought() {
        String session = start();
        AT_STRIPE.pay(session);
        assertThat(CLIENT.sync(organization, session).text("status")).isEqualTo("completed");
        return session;
    }

    private String start() {
        return CLIENT.start(organization, "50").text("sessionId");
    }
}
