package dev.aicredits.stripe;

import com.stripe.exception.ApiConnectionException;
import com.stripe.exception.AuthenticationException;
import com.stripe.exception.InvalidRequestException;
import com.stripe.exception.PermissionException;
import com.stripe.exception.RateLimitException;
import com.stripe.exception.StripeException;
import com.stripe.net.StripeResponse;
import dev.aicredits.stripe.StripeFailure.Kind;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Tells what an exception of Stripe's client means to us. */
final class StripeFailures {

    private static final int NOT_FOUND = 404;
    private static final int CONFLICT = 409;
    private static final int SERVER_ERROR = 500;
    private static final int CLIENT_ERROR = 400;
    private static final long RETRY_AFTER_SECONDS_MAX = 3600;

    private StripeFailures() {}

    /** Runs {@code call}; whatever it throws comes out as a {@link StripeFailure}. */
    static <T> T translated(StripeCalls.Call<T> call) {
        try {
            return call.run();
        } catch (StripeFailure e) {
            throw e;
        } catch (StripeException e) {
            throw of(e);
        } catch (RuntimeException e) {
            // Its client trusts what it reads: what is not of the form it expects ends in whatever exception that
            // causes.
            throw new StripeFailure(
                    Kind.GARBLED, "unreadable answer: " + e.getClass().getSimpleName(), null, null);
        }
    }

    static StripeFailure garbled(String what) {
        return new StripeFailure(Kind.GARBLED, "unexpected answer: " + what, null, null);
    }

    private static StripeFailure of(StripeException e) {
        return new StripeFailure(kind(e), describe(e), retryAfter(e), null);
    }

    private static Kind kind(StripeException e) {
        if (e instanceof ApiConnectionException) {
            return Kind.UNAVAILABLE;
        }
        if (e instanceof AuthenticationException || e instanceof PermissionException) {
            return Kind.MISCONFIGURED;
        }
        if (e instanceof RateLimitException) {
            return Kind.RATE_LIMITED;
        }
        int status = e.getStatusCode() == null ? 0 : e.getStatusCode();
        if (status == NOT_FOUND || isOfUnknownCursor(e)) {
            return Kind.NOT_FOUND;
        }
        // 409: another request with this idempotency key is under way, or a lock is held.
        if (status >= SERVER_ERROR || status == CONFLICT) {
            return Kind.UNAVAILABLE;
        }
        return status >= CLIENT_ERROR ? Kind.REFUSED : Kind.GARBLED;
    }

    /** Of a list that is to go on after an object that Stripe has not, or has no more, it says so with status 400. */
    private static boolean isOfUnknownCursor(StripeException e) {
        return e instanceof InvalidRequestException invalid
                && "resource_missing".equals(invalid.getCode())
                && "starting_after".equals(invalid.getParam());
    }

    /** By status, code and request id; Stripe's own message may quote what was sent. */
    private static String describe(StripeException e) {
        return "Stripe answered " + e.getStatusCode() + ", code " + e.getCode() + ", request " + e.getRequestId();
    }

    private static @Nullable Duration retryAfter(StripeException e) {
        StripeResponse response =
                e.getStripeError() == null ? null : e.getStripeError().getLastResponse();
        if (response == null) {
            return null;
        }
        Optional<String> header = response.headers().firstValue("Retry-After");
        if (header.isEmpty() || !header.get().matches("\\d{1,6}")) {
            return null;
        }
        return Duration.ofSeconds(Math.min(RETRY_AFTER_SECONDS_MAX, Long.parseLong(header.get())));
    }
}
