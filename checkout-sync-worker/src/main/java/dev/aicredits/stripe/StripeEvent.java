package dev.aicredits.stripe;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * That something happened to an object of Stripe's: a hint to read that object again, never what to book.
 *
 * @param id of the event; a repeated event has it again
 * @param objectId the object it happened to; a few types we do not use have none
 * @param paymentIntentId the payment that the object belongs to, if the event says so
 */
public record StripeEvent(
        String id,
        String type,
        Instant createdAt,
        @Nullable String objectId,
        @Nullable String paymentIntentId) {}
