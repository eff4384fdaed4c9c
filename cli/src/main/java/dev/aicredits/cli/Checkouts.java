package dev.aicredits.cli;

import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Checkout sessions of either product; a session's id does not say which it is of, so both are asked. */
final class Checkouts {

    /** {@code in_review} waits for a person. */
    private static final Set<String> ENDED = Set.of("expired", "failed", "in_review");

    private final Session session;

    Checkouts(Session session) {
        this.session = session;
    }

    /** Whether what was bought is there. */
    static boolean isCompleted(Json status) {
        return status.isTrueAt("completed");
    }

    /** Whether it still may be, without a person's doing. */
    static boolean isPending(Json status) {
        String word = status.textAt("status");
        return !isCompleted(status) && (word == null || !ENDED.contains(word));
    }

    /** How far the session is. Does not ask Stripe. */
    Json status(String sessionId, @Nullable Product product) {
        return ofEither(product, candidate -> session.api()
                .get(candidate.sessions(session).then(sessionId, "status")));
    }

    /** The same, after Stripe was asked. */
    Json sync(String sessionId, @Nullable Product product) {
        return ofEither(product, candidate -> session.api()
                .send("POST", candidate.sessions(session).then(sessionId, "sync"), null));
    }

    /**
     * Looks at the session until it is completed or has ended otherwise, up to {@code limit}. A call that fails for the
     * moment is repeated.
     *
     * @return its last status
     */
    Json await(String sessionId, @Nullable Product product, Duration limit) {
        long begun = System.nanoTime();
        Duration pause = session.limits().pollFirst();
        try {
            while (true) {
                Json status = unlessPassing(sessionId, product);
                if (status != null && !isPending(status)) {
                    return status;
                }
                Duration waited = Duration.ofNanos(System.nanoTime() - begun);
                Duration left = limit.minus(waited);
                if (left.isNegative() || left.isZero()) {
                    return status == null ? status(sessionId, product) : status;
                }
                session.progress()
                        .show("Waiting for " + sessionId + ": "
                                + (status == null ? "no answer" : status.textAt("status")) + ", " + waited.toSeconds()
                                + " s");
                Thread.sleep(Math.max(1, (left.compareTo(pause) < 0 ? left : pause).toMillis()));
                pause = shorter(pause.multipliedBy(2), session.limits().pollMax());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Failure(ExitCode.UNAVAILABLE, "interrupted");
        } finally {
            session.progress().clear();
        }
    }

    /** The status; null if there is none for the moment. */
    private @Nullable Json unlessPassing(String sessionId, @Nullable Product product) {
        try {
            return status(sessionId, product);
        } catch (Failure failure) {
            if (!failure.exitCode().isPassing()) {
                throw failure;
            }
            return null;
        }
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    /** A call about a session of a product. */
    private interface Call {
        Json of(Product product);
    }

    private static Json ofEither(@Nullable Product product, Call call) {
        if (product != null) {
            return call.of(product);
        }
        try {
            return call.of(Product.AI_CREDITS);
        } catch (Failure failure) {
            if (failure.exitCode() != ExitCode.NOT_FOUND) {
                throw failure;
            }
            return ofHosting(call, failure);
        }
    }

    /** What is neither's is told in the words of the first. */
    private static Json ofHosting(Call call, Failure otherwise) {
        try {
            return call.of(Product.HOSTING);
        } catch (Failure failure) {
            throw failure.exitCode() == ExitCode.NOT_FOUND ? otherwise : failure;
        }
    }
}
