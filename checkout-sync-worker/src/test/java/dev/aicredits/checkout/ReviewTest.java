package dev.aicredits.checkout;

import static dev.aicredits.checkout.SharedWorker.AT_STRIPE;
import static dev.aicredits.checkout.SharedWorker.CLIENT;
import static dev.aicredits.checkout.SharedWorker.SYSTEM;
import static dev.aicredits.checkout.SharedWorker.WORKER;
import static dev.aicredits.checkout.SharedWorker.actOn;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aicredits.ledger.Ledger;
import dev.aicredits.ledger.NewEntry;
import dev.aicredits.money.Usd;
import dev.aicredits.usage.DedupeKeys;
import java.time.Instant;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.node.ObjectNode;

/** What is paid otherwise than ordered is held for a person to look at. */
@ExtendWith(SharedWorker.class)
class ReviewTest {

    private final String organization = SYSTEM.organization();

    static Stream<Arguments> notAsOrdered() {
        return Stream.of(
                held("amount_mismatch", session -> session.put("amount_total", 4999)),
                held("amount_mismatch", session -> session.put("amount_total", 500_000)),
                held("currency_mismatch", session -> session.put("currency", "eur")),
                held("livemode_mismatch", session -> session.put("livemode", true)),
                held(
                        "reference_mismatch",
                        session -> session.put(
                                "client_reference_id", UUID.randomUUID().toString())),
                held("reference_mismatch", session -> session.putNull("client_reference_id")),
                held("no_payment", session -> session.put("payment_status", "no_payment_required")),
                held("line_items_mismatch", session -> ((ObjectNode) session.at("/line_items/data/0"))
                        .put("amount_total", 1)));
    }

    private static Arguments held(String reason, Consumer<ObjectNode> change) {
        return Arguments.of(reason, change);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("notAsOrdered")
    void paidOtherwiseThanOrderedIsHeldVisiblyAndNotCredited(String reason, Consumer<ObjectNode> change) {
        String session = start("50");
        String paid = AT_STRIPE.pay(session);
        AT_STRIPE.alter(session, change);
        long before = WORKER.count("aicredits.checkout.held", "reason", reason);

        actOn(paid);
        actOn(AT_STRIPE.refund(session, 1000, "succeeded"));

        assertThat(SYSTEM.orders(organization)).containsExactly("review:" + reason);
        assertThat(CLIENT.sync(organization, session).body())
                .contains("\"status\":\"in_review\",\"completed\":false,\"ledgerEntryId\":null");
        assertThat(SYSTEM.entries(organization)).isEmpty();
        assertThat(WORKER.count("aicredits.checkout.held", "reason", reason)).isEqualTo(before + 1);
    }

    @Test
    void aDedupeKeyThatStandsForSomethingElseHoldsTheSession() {
        String session = start("50");
        AT_STRIPE.pay(session);
        WORKER.bean(Ledger.class)
                .book(NewEntry.adjustment(
                        organization,
                        Usd.of("1"),
                        DedupeKeys.of("stripe:checkout_session", session),
                        Instant.now(),
                        "in the way"));

        CLIENT.sync(organization, session);

        assertThat(SYSTEM.orders(organization)).containsExactly("review:ledger_conflict");
        assertThat(SYSTEM.entries(organization)).containsExactly("adjustment 1");
    }

    private String start(String usd) {
        return SharedWorker.start(organization, usd);
    }
}
