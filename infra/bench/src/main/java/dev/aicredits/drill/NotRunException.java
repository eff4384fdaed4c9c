package dev.aicredits.drill;

/** A drill can't be run here, which is neither that it holds nor that it doesn't. */
final class NotRunException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NotRunException(String why) {
        super(why);
    }
}
