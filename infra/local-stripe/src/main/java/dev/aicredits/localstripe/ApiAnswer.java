package dev.aicredits.localstripe;

import org.jspecify.annotations.Nullable;

/**
 * What a call is answered.
 *
 * @param requestId of this request
 * @param originalRequestId of the request that was answered first, where this one repeats it
 */
record ApiAnswer(
        int status, String body, String requestId, @Nullable String originalRequestId) {
    static ApiAnswer of(StripeError error, String requestId) {
        return new ApiAnswer(error.status(), Json.write(error.body(requestId)), requestId, null);
    }
}
