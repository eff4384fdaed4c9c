package dev.aicredits.reconcile;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was done about a session, or about a difference of a plan.
 *
 * @param organizationId null if nobody knows whose it is
 * @param subject the session; of a plan what the difference is about
 * @param sessionId null if it is not known
 * @param types why
 * @param outcome in one word: {@code credited}, {@code adjusted}, {@code unchanged}, {@code held}, {@code not_paid}, or
 *     what failed; of plans {@code plan_put_in_force}, {@code plan_taken_back} and so on, and where a person has to decide why
 */
public record Repair(
        @Nullable String organizationId,
        String subject,
        @Nullable String sessionId,
        List<DifferenceClass> types,
        String outcome) {}
