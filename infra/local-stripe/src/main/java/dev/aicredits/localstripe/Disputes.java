package dev.aicredits.localstripe;

import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** What customers' banks do about payments that their customers deny. */
public final class Disputes {
    private static final long FEE = 1500;
    private static final long DUE_SECONDS = Duration.ofDays(7).toSeconds();

    private final StripeState state;

    Disputes(StripeState state) {
        this.state = state;
    }

    /** A customer disputes a whole payment; no money moves yet. Returns the dispute's id. */
    public String open(String paymentIntentId) {
        return open(paymentIntentId, null);
    }

    /** A customer disputes a part, in the currency's smallest unit. Returns the dispute's id. */
    public String open(String paymentIntentId, long amount) {
        return open(paymentIntentId, Long.valueOf(amount));
    }

    private String open(String paymentIntentId, @Nullable Long asked) {
        return Json.id(change(change -> open(Charges.of(paymentIntentId, change), asked, change)));
    }

    private static ObjectNode open(ObjectNode charge, @Nullable Long asked, Change change) {
        if (charge.required("disputed").booleanValue()) {
            throw StripeError.invalidState(null, "The charge is already disputed");
        }
        long amount = asked == null ? Json.number(charge, "amount") : asked;
        if (amount < 1 || amount > Json.number(charge, "amount")) {
            throw StripeError.parameter(null, "amount", "A dispute is about a part of the charge or all of it");
        }
        ObjectNode dispute = change.create(StripeKind.DISPUTE);
        dispute.put("amount", amount)
                .put("charge", Json.id(charge))
                .put("currency", Json.requiredText(charge, "currency"))
                .put("payment_intent", Json.text(charge, "payment_intent"));
        dispute.withObject("/evidence_details").put("due_by", change.now() + DUE_SECONDS);
        change.insert(dispute);
        charge.put("disputed", true);
        change.update(charge);
        change.event("charge.dispute.created", dispute);
        return dispute;
    }

    /** The disputed amount leaves the account, with a fee. */
    public void withdrawFunds(String disputeId) {
        change(change -> {
            ObjectNode dispute = change.named(StripeKind.DISPUTE, disputeId);
            requireMoved(dispute, 0, "have been withdrawn");
            book(dispute, "dispute", -Json.number(dispute, "amount"), FEE, change);
            change.event("charge.dispute.funds_withdrawn", dispute);
            return dispute;
        });
    }

    /** The disputed amount comes back, with the fee. */
    public void reinstateFunds(String disputeId) {
        change(change -> {
            ObjectNode dispute = change.named(StripeKind.DISPUTE, disputeId);
            requireMoved(dispute, 1, "have not been withdrawn, or were reinstated");
            book(dispute, "dispute_reversal", Json.number(dispute, "amount"), -FEE, change);
            change.event("charge.dispute.funds_reinstated", dispute);
            return dispute;
        });
    }

    /** The account's owner wins; funds that were withdrawn come back by {@link #reinstateFunds}. */
    public void closeWon(String disputeId) {
        close(disputeId, "won");
    }

    /** The customer wins. */
    public void closeLost(String disputeId) {
        close(disputeId, "lost");
    }

    private void close(String disputeId, String status) {
        change(change -> {
            ObjectNode dispute = change.named(StripeKind.DISPUTE, disputeId);
            if (!Json.requiredText(dispute, "status").equals("needs_response")) {
                throw StripeError.invalidState(null, "The dispute is already closed");
            }
            dispute.put("status", status);
            change.update(dispute);
            change.event("charge.dispute.closed", dispute);
            return dispute;
        });
    }

    private static void requireMoved(ObjectNode dispute, int times, String otherwise) {
        if (dispute.required("balance_transactions").size() != times) {
            throw StripeError.invalidState(null, "The dispute's funds " + otherwise);
        }
    }

    private static void book(ObjectNode dispute, String category, long amount, long fee, Change change) {
        ObjectNode transaction = BalanceTransactions.book(
                change, "adjustment", category, Json.id(dispute), Json.requiredText(dispute, "currency"), amount, fee);
        dispute.withArray("/balance_transactions").add(transaction);
        change.update(dispute);
    }

    private ObjectNode change(Function<Change, ObjectNode> work) {
        return RefusedException.unless(() -> state.change(work));
    }
}
