package dev.aicredits.localstripe;

import java.util.Objects;
import java.util.function.Supplier;

/** Something that can't be done to an object as it is; nothing has changed. */
public final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private RefusedException(StripeError error) {
        super(error.getMessage(), error);
    }

    /** Whether the object is not there at all. */
    public boolean isNotFound() {
        return getCause() instanceof StripeError error && error.status() == 404;
    }

    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }

    static <T> T unless(Supplier<T> work) {
        try {
            return work.get();
        } catch (StripeError e) {
            throw new RefusedException(e);
        }
    }
}
