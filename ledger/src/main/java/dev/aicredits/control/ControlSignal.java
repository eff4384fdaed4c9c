package dev.aicredits.control;

import dev.aicredits.money.Usd;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Tells the platform to stop a target, or to let it go on.
 *
 * <p>For one target, versions grow, a stop and a resume by turns; each comes at least once. Of two signals the one with the
 * higher version holds, whatever the order they are read in: ignore a version that is not above the last.
 *
 * @param version odd for a stop, even for a resume
 * @param limit the month's limit; null for credits and where a resume found none
 * @param spent what was spent of it; null where {@code limit} is
 * @param balance the organization's balance
 * @param windowEndUtc when the budget starts anew by itself; null for credits
 * @param cause what led to it: {@code usage}, {@code budget_changed}, {@code month_turned}, or the kind of the ledger
 *     entry that moved the balance ({@code top_up}, {@code refund}, ...)
 * @param causedBy the dedupe key of the entry that crossed the limit or brought the credit, which is the event's id where
 *     that is a UUID; null if no entry did
 */
public record ControlSignal(
        Target target,
        long version,
        @Nullable Usd limit,
        @Nullable Usd spent,
        Usd balance,
        @Nullable Instant windowEndUtc,
        String cause,
        @Nullable String causedBy,
        Instant decidedAt) {

    /** The topic, keyed by {@link Target#key()} and compacted. */
    public static final String TOPIC = "agent.control.v1";

    /** The CloudEvents type of a stop. */
    public static final String STOP_TYPE = "dev.aicredits.agent.stop.v1";

    /** The CloudEvents type of a resume. */
    public static final String RESUME_TYPE = "dev.aicredits.agent.resume.v1";

    /** Whether it stops; else it resumes. */
    public boolean stops() {
        return version % 2 == 1;
    }
}
