package dev.aicredits.localstripe;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A Checkout session that is asked for, checked. */
record NewSession(
        String mode,
        List<Item> items,
        String currency,
        long amount,
        @Nullable String successUrl,
        @Nullable String cancelUrl,
        @Nullable String clientReferenceId,
        @Nullable String customerEmail,
        @Nullable String locale,
        @Nullable String submitType,
        List<String> paymentMethodTypes,
        Map<String, String> metadata,
        Map<String, String> paymentMetadata,
        @Nullable String paymentDescription,
        Map<String, String> subscriptionMetadata,
        long expiresAt) {

    /** How often a price is paid. */
    record Recurring(String interval, long count) {}

    /** A line: so many of a thing at a price in the currency's smallest unit. */
    record Item(
            String name,
            long unitAmount,
            long quantity,
            Map<String, String> metadata,
            @Nullable Recurring recurring) {
        long amount() {
            return Math.multiplyExact(unitAmount, quantity);
        }
    }

    static final String SUBSCRIPTION = "subscription";
    static final String CARD = "card";
    static final String BANK_DEBIT = "us_bank_account";

    private static final long ITEMS_MAX = 100;
    private static final long AMOUNT_MIN = 50;
    private static final long AMOUNT_MAX = 99_999_999;
    private static final long QUANTITY_MAX = 999_999;
    private static final long EXPIRY_SECONDS_MIN = 30 * 60;
    private static final long EXPIRY_SECONDS_MAX = 24 * 60 * 60;

    static NewSession read(Params params, long now) {
        String mode = params.choice("mode", List.of("payment", "setup", "subscription"));
        if (mode == null) {
            throw StripeError.missing("mode");
        }
        if (mode.equals("setup")) {
            throw StripeError.unsupported("mode", "sessions of mode " + mode);
        }
        String uiMode = params.choice("ui_mode", List.of("hosted_page", "embedded_page", "elements", "form"));
        if (uiMode != null && !uiMode.equals("hosted_page")) {
            throw StripeError.unsupported("ui_mode", "other pages than the hosted one");
        }
        if ("true".equals(params.object("adaptive_pricing").choice("enabled", List.of("true", "false")))) {
            throw StripeError.unsupported("adaptive_pricing", "prices in the customer's currency");
        }
        List<Params> lines = params.objects("line_items");
        if (lines.isEmpty()) {
            throw StripeError.missing("line_items");
        }
        if (lines.size() > ITEMS_MAX) {
            throw StripeError.parameter(null, "line_items", "A session has at most " + ITEMS_MAX + " line items");
        }
        String currency = currency(lines);
        boolean subscribes = mode.equals(SUBSCRIPTION);
        if (subscribes && lines.size() > 1) {
            throw StripeError.unsupported("line_items", "subscriptions to more than one thing");
        }
        List<Item> items = lines.stream().map(line -> item(line, subscribes)).toList();
        // What belongs to the other mode stays unread, and what is unread is refused.
        Params payment = subscribes ? params.object("none") : params.object("payment_intent_data");
        Params subscription = subscribes ? params.object("subscription_data") : params.object("none");
        return new NewSession(
                mode,
                items,
                currency,
                amount(items),
                url(params, "success_url", true),
                url(params, "cancel_url", false),
                params.text("client_reference_id"),
                params.text("customer_email"),
                params.text("locale"),
                params.choice("submit_type", List.of("auto", "pay", "book", "donate")),
                paymentMethodTypes(params, subscribes),
                params.metadata("metadata"),
                payment.metadata("metadata"),
                payment.text("description"),
                subscription.metadata("metadata"),
                expiresAt(params, now));
    }

    private static String currency(List<Params> lines) {
        List<String> currencies = lines.stream()
                .map(line -> line.object("price_data"))
                .map(price -> price.requiredText("currency").toLowerCase(java.util.Locale.ROOT))
                .distinct()
                .toList();
        if (currencies.size() > 1) {
            throw StripeError.parameter(null, "line_items", "The price of all line items must have the same currency");
        }
        String currency = currencies.get(0);
        if (!currency.matches("[a-z]{3}")) {
            throw StripeError.parameter(
                    null, lines.get(0).object("price_data").name("currency"), "Invalid currency: " + currency);
        }
        return currency;
    }

    private static Item item(Params line, boolean subscribes) {
        if (line.has("price")) {
            throw StripeError.noSuchParameter(line.name("price"), "price", line.requiredText("price"));
        }
        Params price = line.object("price_data");
        Params product = price.object("product_data");
        String name = product.requiredText("name");
        product.text("description");
        Long unitAmount = price.integer("unit_amount", 0, AMOUNT_MAX);
        if (unitAmount == null) {
            throw StripeError.missing(price.name("unit_amount"));
        }
        Long quantity = line.integer("quantity", 1, QUANTITY_MAX);
        if (quantity == null) {
            throw StripeError.missing(line.name("quantity"));
        }
        return new Item(name, unitAmount, quantity, product.metadata("metadata"), subscribes ? recurring(price) : null);
    }

    private static Recurring recurring(Params price) {
        Params recurring = price.object("recurring");
        String interval = recurring.choice("interval", List.of("month", "year"));
        if (interval == null) {
            throw StripeError.missing(recurring.name("interval"));
        }
        Long count = recurring.integer("interval_count", 1, 12);
        return new Recurring(interval, count == null ? 1 : count);
    }

    private static long amount(List<Item> items) {
        long amount = items.stream().mapToLong(Item::amount).reduce(0, Math::addExact);
        if (amount < AMOUNT_MIN) {
            throw StripeError.parameter(
                    "amount_too_small",
                    "line_items",
                    "The Checkout Session's total amount must be at least 50 of the smallest unit");
        }
        if (amount > AMOUNT_MAX) {
            throw StripeError.parameter(
                    "amount_too_large",
                    "line_items",
                    "The Checkout Session's total amount must be no more than 999,999.99");
        }
        return amount;
    }

    private static @Nullable String url(Params params, String name, boolean required) {
        String url = required ? params.requiredText(name) : params.text(name);
        if (url != null && !url.matches("https?://[A-Za-z0-9.:\\[\\]-]+([/?#]\\S*)?")) {
            throw StripeError.parameter("url_invalid", name, "Not a valid URL");
        }
        return url;
    }

    private static List<String> paymentMethodTypes(Params params, boolean subscribes) {
        List<String> types = params.texts("payment_method_types");
        if (subscribes) {
            if (types.contains(BANK_DEBIT)) {
                throw StripeError.unsupported("payment_method_types", "subscriptions by " + BANK_DEBIT);
            }
            return List.of(CARD);
        }
        for (String type : types) {
            if (!type.equals(CARD) && !type.equals(BANK_DEBIT)) {
                throw StripeError.unsupported("payment_method_types", "the payment method " + type);
            }
        }
        return types.isEmpty() ? List.of(CARD, BANK_DEBIT) : types;
    }

    private static long expiresAt(Params params, long now) {
        Long expiresAt = params.integer("expires_at", 0, Long.MAX_VALUE);
        if (expiresAt == null) {
            return now + EXPIRY_SECONDS_MAX;
        }
        long seconds = Math.subtractExact(Objects.requireNonNull(expiresAt), now);
        if (seconds < EXPIRY_SECONDS_MIN || seconds > EXPIRY_SECONDS_MAX) {
            throw StripeError.parameter(
                    null,
                    "expires_at",
                    "The `expires_at` timestamp must be between 30 minutes and 24 hours after the Checkout Session's"
                            + " creation");
        }
        return expiresAt;
    }
}
