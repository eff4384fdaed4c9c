package dev.aicredits.localstripe;

import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/** What each operation of the API does. */
final class StripeApi {
    private static final List<String> REFUND_REASONS = List.of("duplicate", "fraudulent", "requested_by_customer");

    private final StripeState state;
    private final Sessions sessions;

    StripeApi(StripeState state, Sessions sessions) {
        this.state = state;
        this.sessions = sessions;
    }

    /** Does one operation in the change that it is given. */
    ObjectNode answer(ApiCall call, Change change) {
        ObjectNode answer = object(call, change);
        new Expansion(change).apply(answer, call.expand());
        return answer;
    }

    /** What has to be done before a call is begun. */
    void prepare(StripeOperation operation) {
        if (operation.isAboutSessions()) {
            sessions.expireOverdue(state);
        }
    }

    private ObjectNode object(ApiCall call, Change change) {
        return switch (call.operation()) {
            case SESSION_CREATE -> createSession(call.params(), change);
            case SESSION_EXPIRE -> {
                call.params().refuseUnread();
                yield sessions.expire(call.id(), change);
            }
            case SESSION_LINE_ITEMS -> Lists.lineItems(call.id(), call.params(), change);
            case SESSION_LIST -> list(StripeKind.SESSION, call, change);
            case SESSION_RETRIEVE -> retrieve(StripeKind.SESSION, call, change);
            case PAYMENT_INTENT_LIST -> list(StripeKind.PAYMENT_INTENT, call, change);
            case PAYMENT_INTENT_RETRIEVE -> retrieve(StripeKind.PAYMENT_INTENT, call, change);
            case CHARGE_LIST -> list(StripeKind.CHARGE, call, change);
            case CHARGE_RETRIEVE -> retrieve(StripeKind.CHARGE, call, change);
            case REFUND_CREATE -> createRefund(call.params(), change);
            case REFUND_LIST -> list(StripeKind.REFUND, call, change);
            case REFUND_RETRIEVE -> retrieve(StripeKind.REFUND, call, change);
            case DISPUTE_LIST -> list(StripeKind.DISPUTE, call, change);
            case DISPUTE_RETRIEVE -> retrieve(StripeKind.DISPUTE, call, change);
            case BALANCE_TRANSACTION_LIST -> list(StripeKind.BALANCE_TRANSACTION, call, change);
            case BALANCE_TRANSACTION_RETRIEVE -> retrieve(StripeKind.BALANCE_TRANSACTION, call, change);
            case EVENT_LIST -> list(StripeKind.EVENT, call, change);
            case EVENT_RETRIEVE -> retrieve(StripeKind.EVENT, call, change);
            case INVOICE_LIST -> list(StripeKind.INVOICE, call, change);
            case INVOICE_PAYMENT_LIST -> list(StripeKind.INVOICE_PAYMENT, call, change);
            case INVOICE_RETRIEVE -> retrieve(StripeKind.INVOICE, call, change);
            case SUBSCRIPTION_RETRIEVE -> retrieve(StripeKind.SUBSCRIPTION, call, change);
            case SUBSCRIPTION_CANCEL -> cancelSubscription(call, change);
        };
    }

    private static ObjectNode list(StripeKind kind, ApiCall call, Change change) {
        return Lists.page(kind, call.path(), call.params(), change);
    }

    private static ObjectNode retrieve(StripeKind kind, ApiCall call, Change change) {
        call.params().refuseUnread();
        return change.named(kind, call.id());
    }

    private ObjectNode createSession(Params params, Change change) {
        NewSession asked = NewSession.read(params, change.now());
        params.refuseUnread();
        return sessions.create(asked, change);
    }

    private static ObjectNode cancelSubscription(ApiCall call, Change change) {
        for (String settling : List.of("invoice_now", "prorate")) {
            if (Boolean.TRUE.equals(call.params().bool(settling))) {
                throw StripeError.unsupported(settling, "a last invoice");
            }
        }
        call.params().refuseUnread();
        return Subscriptions.cancel(call.id(), change);
    }

    private static ObjectNode createRefund(Params params, Change change) {
        Long amount = params.integer("amount", 1, Long.MAX_VALUE);
        String reason = params.choice("reason", REFUND_REASONS);
        Map<String, String> metadata = params.metadata("metadata");
        ObjectNode charge = refundedCharge(params, change);
        params.refuseUnread();
        return Refunds.create(charge, amount, reason, metadata, Refunds.SUCCEEDED, change);
    }

    private static ObjectNode refundedCharge(Params params, Change change) {
        String chargeId = params.text("charge");
        String paymentId = params.text("payment_intent");
        if (chargeId != null) {
            return change.find(StripeKind.CHARGE, chargeId)
                    .orElseThrow(() -> StripeError.noSuchParameter("charge", "charge", chargeId));
        }
        if (paymentId == null) {
            throw StripeError.parameter(
                    "parameter_missing",
                    "payment_intent",
                    "One of the following params should be provided for this request: payment_intent or charge.");
        }
        if (change.find(StripeKind.PAYMENT_INTENT, paymentId).isEmpty()) {
            throw StripeError.noSuchParameter("payment_intent", "payment_intent", paymentId);
        }
        return Charges.of(paymentId, change);
    }
}
