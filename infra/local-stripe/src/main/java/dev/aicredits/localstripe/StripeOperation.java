package dev.aicredits.localstripe;

import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;

/** The operations of Stripe's API that are here. */
public enum StripeOperation {
    SESSION_CREATE("POST", "/v1/checkout/sessions"),
    SESSION_LIST("GET", "/v1/checkout/sessions"),
    SESSION_RETRIEVE("GET", "/v1/checkout/sessions/{id}"),
    SESSION_EXPIRE("POST", "/v1/checkout/sessions/{id}/expire"),
    SESSION_LINE_ITEMS("GET", "/v1/checkout/sessions/{id}/line_items"),
    PAYMENT_INTENT_LIST("GET", "/v1/payment_intents"),
    PAYMENT_INTENT_RETRIEVE("GET", "/v1/payment_intents/{id}"),
    CHARGE_LIST("GET", "/v1/charges"),
    CHARGE_RETRIEVE("GET", "/v1/charges/{id}"),
    REFUND_CREATE("POST", "/v1/refunds"),
    REFUND_LIST("GET", "/v1/refunds"),
    REFUND_RETRIEVE("GET", "/v1/refunds/{id}"),
    DISPUTE_LIST("GET", "/v1/disputes"),
    DISPUTE_RETRIEVE("GET", "/v1/disputes/{id}"),
    BALANCE_TRANSACTION_LIST("GET", "/v1/balance_transactions"),
    BALANCE_TRANSACTION_RETRIEVE("GET", "/v1/balance_transactions/{id}"),
    EVENT_LIST("GET", "/v1/events"),
    EVENT_RETRIEVE("GET", "/v1/events/{id}"),
    INVOICE_LIST("GET", "/v1/invoices"),
    INVOICE_PAYMENT_LIST("GET", "/v1/invoice_payments"),
    INVOICE_RETRIEVE("GET", "/v1/invoices/{id}"),
    SUBSCRIPTION_RETRIEVE("GET", "/v1/subscriptions/{id}"),
    SUBSCRIPTION_CANCEL("DELETE", "/v1/subscriptions/{id}");

    private final String method;
    private final String path;
    private final Pattern pattern;

    StripeOperation(String method, String path) {
        this.method = method;
        this.path = path;
        this.pattern = Pattern.compile(path.replace("{id}", "(?<id>[^/]+)"));
    }

    /** The path, with {@code {id}} where an object is named. */
    public String path() {
        return path;
    }

    boolean isWrite() {
        return !method.equals("GET");
    }

    /** Whether an idempotency key counts; to delete is idempotent by itself, and the key is not looked at. */
    boolean takesKey() {
        return method.equals("POST");
    }

    boolean isAboutSessions() {
        return path.startsWith("/v1/checkout/");
    }

    static Optional<StripeOperation> of(String method, String path) {
        return Arrays.stream(values())
                .filter(operation -> operation.method.equals(method)
                        && operation.pattern.matcher(path).matches())
                .findFirst();
    }

    /** The id that a path names, empty if the operation names none. */
    String id(String requestPath) {
        var matcher = pattern.matcher(requestPath);
        return path.contains("{id}") && matcher.matches() ? matcher.group("id") : "";
    }
}
