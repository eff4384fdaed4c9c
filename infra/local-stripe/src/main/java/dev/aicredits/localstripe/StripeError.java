package dev.aicredits.localstripe;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** A request that is refused, in Stripe's words and codes. */
final class StripeError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private static final String INVALID_REQUEST = "invalid_request_error";
    private static final int BAD_REQUEST = 400;

    private final int status;
    private final String type;
    private final @Nullable String code;
    private final @Nullable String param;

    private StripeError(int status, String type, @Nullable String code, @Nullable String param, String message) {
        super(message, null, false, false);
        this.status = status;
        this.type = type;
        this.code = code;
        this.param = param;
    }

    static StripeError parameter(@Nullable String code, String param, String message) {
        return new StripeError(BAD_REQUEST, INVALID_REQUEST, code, param, message);
    }

    static StripeError missing(String param) {
        return parameter("parameter_missing", param, "Missing required param: " + param + ".");
    }

    static StripeError unknownParameter(String param) {
        return parameter("parameter_unknown", param, "Received unknown parameter: " + param);
    }

    /** What Stripe can do and this stand-in can't: said plainly, never passed over. */
    static StripeError unsupported(String param, String what) {
        return parameter("parameter_unknown", param, "The local Stripe does not support " + what);
    }

    static StripeError invalidState(@Nullable String code, String message) {
        return new StripeError(BAD_REQUEST, INVALID_REQUEST, code, null, message);
    }

    /** The object that the path names is not there. */
    static StripeError notFound(String type, String id) {
        return new StripeError(404, INVALID_REQUEST, "resource_missing", "id", noSuch(type, id));
    }

    /** The object that a parameter names is not there. */
    static StripeError noSuchParameter(String param, String type, String id) {
        return parameter("resource_missing", param, noSuch(type, id));
    }

    static StripeError unrecognizedUrl(String method, String path) {
        return new StripeError(
                404,
                INVALID_REQUEST,
                null,
                null,
                "Unrecognized request URL (" + method + ": " + path
                        + "). The local Stripe has a part of Stripe's API.");
    }

    static StripeError unauthorized(boolean keyGiven) {
        String message = keyGiven ? "Invalid API Key provided" : "You did not provide an API key";
        return new StripeError(401, INVALID_REQUEST, null, null, message);
    }

    static StripeError otherParameters(String key) {
        return new StripeError(
                BAD_REQUEST,
                "idempotency_error",
                null,
                null,
                "Keys for idempotent requests can only be used with the same parameters they were first used with. Try"
                        + " using a key other than '" + key + "' if you meant to execute a different request.");
    }

    static StripeError keyInUse(String key) {
        return new StripeError(
                409,
                "idempotency_error",
                "idempotency_key_in_use",
                null,
                "There is currently another in-progress request using this Idempotency Key (" + key + ")");
    }

    static StripeError rateLimited() {
        return new StripeError(
                429, INVALID_REQUEST, "rate_limit", null, "Request rate limit exceeded. You can retry it later.");
    }

    static StripeError serverError() {
        return new StripeError(500, "api_error", null, null, "Something went wrong on Stripe's end.");
    }

    private static String noSuch(String type, String id) {
        return "No such " + type + ": '" + id + "'";
    }

    /** Whether the request was carried out as far as to find that it can't be: repeating it gives the same answer. */
    boolean isFinal() {
        return status == BAD_REQUEST && param == null && type.equals(INVALID_REQUEST);
    }

    int status() {
        return status;
    }

    ObjectNode body(String requestId) {
        ObjectNode error = Json.object();
        if (code != null) {
            error.put("code", code).put("doc_url", "https://stripe.com/docs/error-codes/" + code.replace('_', '-'));
        }
        error.put("message", getMessage());
        if (param != null) {
            error.put("param", param);
        }
        error.put("request_log_url", "https://dashboard.stripe.com/test/logs/" + requestId);
        error.put("type", type);
        ObjectNode body = Json.object();
        body.set("error", error);
        return body;
    }
}
