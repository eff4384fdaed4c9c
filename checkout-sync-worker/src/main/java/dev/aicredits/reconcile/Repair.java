package dev.aicredits.reconcile;

import java.util.List;

/**
 * What was done about a session.
 *
 * @param types why
 * @param outcome in one word: {@code credited}, {@code adjusted}, {@code unchanged}, {@code held}, {@code not_paid}, or
 *     what failed
 */
public record Repair(String organizationId, String sessionId, List<DifferenceClass> types, String outcome) {}
