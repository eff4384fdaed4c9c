package dev.aicredits.checkout;

import dev.aicredits.checkout.Fulfilment.Depth;
import dev.aicredits.stripe.StripeEvent;
import dev.aicredits.stripe.StripeFailure;
import dev.aicredits.stripe.StripeGateway;
import dev.aicredits.stripe.StripeInvoice;

/**
 * Does what an event of Stripe's calls for. The event only says where to look: what is booked is read from Stripe anew,
 * so that events may repeat, come late, and in any order.
 */
class EventActions {

    private static final String NOT_OURS = "not_ours";

    private final Fulfilment fulfilment;
    private final PlanFulfilment plans;
    private final StripeGateway stripe;
    private final JdbcInvoices invoices;
    private final JdbcStripeEvents events;
    private final GarbledTries garbled = new GarbledTries();

    EventActions(
            Fulfilment fulfilment,
            PlanFulfilment plans,
            StripeGateway stripe,
            JdbcInvoices invoices,
            JdbcStripeEvents events) {
        this.fulfilment = fulfilment;
        this.plans = plans;
        this.stripe = stripe;
        this.invoices = invoices;
        this.events = events;
    }

    /** Acts on the event, unless that was done before. Safe to repeat. */
    EventOutcome actOn(StripeEvent event) {
        String objectId = event.objectId();
        if (objectId == null) {
            return new EventOutcome.Dead(DeadLetterReason.MALFORMED);
        }
        if (events.wasActedOn(event.id())) {
            return new EventOutcome.Repeated();
        }
        try {
            EventOutcome outcome = outcome(event, objectId);
            garbled.forget(event.id());
            return outcome;
        } catch (StripeFailure failure) {
            return dead(event, failure);
        } catch (LedgerRefusedException e) {
            return new EventOutcome.Dead(DeadLetterReason.LEDGER_REFUSED);
        }
    }

    /** What becomes of an event that Stripe answered so; what may pass is thrown. */
    private EventOutcome dead(StripeEvent event, StripeFailure failure) {
        return switch (failure.kind()) {
            case NOT_FOUND -> new EventOutcome.Dead(DeadLetterReason.NOT_FOUND);
            case REFUSED -> new EventOutcome.Dead(DeadLetterReason.REFUSED);
            case GARBLED -> {
                if (!garbled.isLast(event.id())) {
                    throw failure;
                }
                yield new EventOutcome.Dead(DeadLetterReason.GARBLED, failure.description());
            }
            case UNAVAILABLE, RATE_LIMITED, NOT_ASKED, MISCONFIGURED -> throw failure;
        };
    }

    private EventOutcome outcome(StripeEvent event, String objectId) {
        return switch (EventTypes.of(event.type())) {
            case SESSION -> {
                Fulfilled fulfilled = fulfilment.fulfil(objectId, Depth.SESSION);
                // What is no order of credits may be one of a plan.
                yield fulfilled instanceof Fulfilled.NotOurs
                        ? new EventOutcome.Done(plans.fulfil(objectId).wireName())
                        : done(fulfilled);
            }
            case PAYMENT -> {
                String payment = event.paymentIntentId();
                // Our payments all have one; an older charge without one is another product's.
                yield payment == null ? new EventOutcome.Done(NOT_OURS) : done(fulfilment.fulfilPayment(payment));
            }
            case INVOICE -> new EventOutcome.Done(keep(stripe.invoice(objectId)));
            case SUBSCRIPTION -> new EventOutcome.Done(plans.follow(objectId).wireName());
            case NONE -> new EventOutcome.Done("unused");
        };
    }

    private static EventOutcome done(Fulfilled fulfilled) {
        return fulfilled instanceof Fulfilled.UnknownOrder
                ? new EventOutcome.Dead(DeadLetterReason.UNKNOWN_ORDER)
                : new EventOutcome.Done(fulfilled.wireName());
    }

    private String keep(StripeInvoice invoice) {
        if (invoice.subscriptionId() != null) {
            return plans.follow(invoice.subscriptionId()).wireName();
        }
        String organizationId = invoice.organizationId();
        return organizationId != null && invoices.save(organizationId, invoice) ? "invoice_kept" : NOT_OURS;
    }
}
