package dev.aicredits.reconcile;

/**
 * What a person does to an order, for the audit log.
 *
 * @param subject the order's id, or its session's; of a plan its subscription's, too
 * @param action such as {@code review_released}
 * @param reason the person's own words
 */
public record Deed(String organizationId, String subject, String actor, String action, String reason) {}
