package dev.aicredits.messaging;

/** A message is not what its topic carries. Its text is for a dead letter: a rule that is broken, nothing of the message. */
public final class UnusableMessageException extends RuntimeException {

    UnusableMessageException(String rule) {
        super(rule);
    }
}
