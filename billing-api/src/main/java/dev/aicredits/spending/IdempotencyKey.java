package dev.aicredits.spending;

import dev.aicredits.problem.IdempotencyHeader;
import dev.aicredits.problem.ProblemException;
import dev.aicredits.usage.DedupeKeys;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;
import java.util.UUID;

/** The client's name for a request that it may send again: the {@code Idempotency-Key} header. */
record IdempotencyKey(String text) {

    private static final String RESERVATION = "dev.aicredits.hold/reserve";

    /** The request's key, if it has one. */
    static Optional<IdempotencyKey> of(HttpServletRequest request) {
        return IdempotencyHeader.read(request, () -> new ProblemException(SpendingProblem.IDEMPOTENCY_KEY_INVALID))
                .map(IdempotencyKey::new);
    }

    /** The id of the hold that is made under this key: the key itself if it is a UUID, so that a client can choose it. */
    UUID holdId() {
        return DedupeKeys.of(RESERVATION, text);
    }

    /** Stands for the call of {@code operation} under this key. */
    UUID call(String operation) {
        return DedupeKeys.of(operation, "key " + text);
    }
}
