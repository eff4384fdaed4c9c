package dev.aicredits.stripe;

import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A subscription as Stripe has it now.
 *
 * @param organizationId the organization that its metadata names; null if it is none of ours
 * @param orderMark our order's id as the metadata has it; the order itself has to agree
 * @param paidUntil the end of the present period
 */
public record StripeSubscription(
        String id,
        Status status,
        @Nullable String organizationId,
        @Nullable String orderMark,
        Instant paidUntil) {

    /** <a href="https://docs.stripe.com/billing/subscriptions/overview#subscription-statuses">Stripe's states</a>. */
    public enum Status {
        ACTIVE,
        TRIALING,
        /** A renewal was not paid yet; Stripe goes on trying. */
        PAST_DUE,
        /** It was not paid, and Stripe has given up. */
        UNPAID,
        PAUSED,
        INCOMPLETE,
        INCOMPLETE_EXPIRED,
        CANCELED;

        /** Whether what is subscribed to is to be had. While Stripe tries to get a renewal paid, it is. */
        public boolean isInForce() {
            return this == ACTIVE || this == TRIALING || this == PAST_DUE;
        }

        /** Whether it has ended for good: nothing will be charged for it any more. */
        public boolean isOver() {
            return this == CANCELED || this == INCOMPLETE_EXPIRED;
        }

        /** Stripe's word. */
        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** The state that Stripe's word says. */
        public static Status ofWireName(String name) {
            return valueOf(name.toUpperCase(Locale.ROOT));
        }

        /** Stripe's words for what {@link #isOver}. */
        public static String[] wireNamesOfOver() {
            return Arrays.stream(values())
                    .filter(Status::isOver)
                    .map(Status::wireName)
                    .toArray(String[]::new);
        }
    }
}
