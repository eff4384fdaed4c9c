package dev.aicredits.archive;

/** What was asked for may not be done now; the message says why, in words for an operator. */
public final class ArchiveRefusedException extends RuntimeException {
    ArchiveRefusedException(String message) {
        super(message);
    }

    ArchiveRefusedException(String message, RuntimeException cause) {
        super(message, cause);
    }
}
