package dev.aicredits.localstripe;

import java.util.function.Supplier;

/** Something that can't be done to an object as it is; nothing has changed. */
public final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private RefusedException(StripeError error) {
        super(error.getMessage(), error);
    }

    static <T> T unless(Supplier<T> work) {
        try {
            return work.get();
        } catch (StripeError e) {
            throw new RefusedException(e);
        }
    }
}
