package dev.aicredits.messaging;

/** Something we rely on is broken, which does not pass by itself: a consumer that meets it stops. */
public final class BrokenInvariantException extends RuntimeException {

    BrokenInvariantException(RuntimeException cause) {
        super(cause.getMessage(), cause);
    }
}
