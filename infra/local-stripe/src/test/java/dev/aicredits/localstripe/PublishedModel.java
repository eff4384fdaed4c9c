package dev.aicredits.localstripe;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.FieldNamingPolicy;
import com.google.gson.JsonObject;
import com.google.gson.annotations.SerializedName;
import com.stripe.model.BalanceTransaction;
import com.stripe.model.Charge;
import com.stripe.model.Dispute;
import com.stripe.model.Event;
import com.stripe.model.ExpandableField;
import com.stripe.model.Invoice;
import com.stripe.model.InvoiceLineItem;
import com.stripe.model.InvoicePayment;
import com.stripe.model.LineItem;
import com.stripe.model.PaymentIntent;
import com.stripe.model.Plan;
import com.stripe.model.Price;
import com.stripe.model.Refund;
import com.stripe.model.StripeCollection;
import com.stripe.model.StripeError;
import com.stripe.model.StripeObject;
import com.stripe.model.Subscription;
import com.stripe.model.SubscriptionItem;
import com.stripe.model.checkout.Session;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * Walks JSON against stripe-java's generated models and {@link PublishedTypes}: no member that the model has not, each of
 * the right type, ids and timestamps of the right form, everything there that always is.
 */
final class PublishedModel {
    private static final Map<String, Class<? extends StripeObject>> CLASSES = Map.ofEntries(
            Map.entry("checkout.session", Session.class),
            Map.entry("payment_intent", PaymentIntent.class),
            Map.entry("charge", Charge.class),
            Map.entry("refund", Refund.class),
            Map.entry("dispute", Dispute.class),
            Map.entry("balance_transaction", BalanceTransaction.class),
            Map.entry("item", LineItem.class),
            Map.entry("price", Price.class),
            Map.entry("invoice", Invoice.class),
            Map.entry("invoice_payment", InvoicePayment.class),
            Map.entry("line_item", InvoiceLineItem.class),
            Map.entry("subscription", Subscription.class),
            Map.entry("subscription_item", SubscriptionItem.class),
            Map.entry("plan", Plan.class),
            Map.entry("event", Event.class));

    /** The forms of ids, by the object that has them or the member that names it. */
    private static final Map<String, Pattern> IDS = Map.ofEntries(
            id("checkout.session", "cs_test_[A-Za-z0-9]{58}"),
            id("payment_intent", "pi_[A-Za-z0-9]{24}"),
            id("charge", "(ch|py)_[A-Za-z0-9]{24}"),
            id("latest_charge", "(ch|py)_[A-Za-z0-9]{24}"),
            id("refund", "(re|pyr)_[A-Za-z0-9]{24}"),
            id("dispute", "(du|dp)_[A-Za-z0-9]{24}"),
            id("balance_transaction", "txn_[A-Za-z0-9]{24}"),
            id("failure_balance_transaction", "txn_[A-Za-z0-9]{24}"),
            id("item", "li_[A-Za-z0-9]{24}"),
            id("line_item", "il_[A-Za-z0-9]{24}"),
            id("price", "price_[A-Za-z0-9]{24}"),
            id("product", "prod_[A-Za-z0-9]{14}"),
            id("payment_method", "pm_[A-Za-z0-9]{24}"),
            id("invoice_payment", "inpay_[A-Za-z0-9]{24}"),
            id("invoice", "in_[A-Za-z0-9]{24}"),
            id("customer", "cus_[A-Za-z0-9]{14}"),
            id("latest_invoice", "in_[A-Za-z0-9]{24}"),
            id("subscription", "sub_[A-Za-z0-9]{24}"),
            id("subscription_item", "si_[A-Za-z0-9]{24}"),
            id("plan", "price_[A-Za-z0-9]{24}"),
            id("event", "evt_[A-Za-z0-9]{24}"));

    private static final Pattern TIME = Pattern.compile("created|available_on|due_by|period_(start|end)|.*_at|.*_date");
    private static final long EARLIEST = 1_577_836_800;
    private static final long LATEST = 4_102_444_800L;

    private final PublishedTypes types = PublishedTypes.read();

    private static Map.Entry<String, Pattern> id(String name, String form) {
        return Map.entry(name, Pattern.compile(form));
    }

    /** Checks a whole answer of success: an object or a list of them. */
    void check(String json) {
        checkObject(Json.MAPPER.readTree(json));
    }

    /** Checks the body of an error. */
    void checkError(String json) {
        JsonNode body = Json.MAPPER.readTree(json);
        assertThat(body.propertyNames()).containsExactly("error");
        checkMembers(body.get("error"), StripeError.class, "error");
        assertThat(body.get("error").propertyNames()).contains("type", "message", "request_log_url");
    }

    private void checkObject(JsonNode node) {
        String type = node.path("object").asString();
        if (type.equals("list")) {
            checkAlways(node, "list");
            assertThat(node.propertyNames()).containsExactlyInAnyOrder("object", "data", "has_more", "url");
            assertThat(node.get("url").asString()).startsWith("/v1/");
            node.get("data").forEach(this::checkObject);
            return;
        }
        assertThat(CLASSES).as("a known object: " + node).containsKey(type);
        assertThat(node.path("id").asString()).as("id of " + type).matches(IDS.get(type));
        checkMembers(node, CLASSES.get(type), type);
        if (type.equals("event")) {
            checkObject(node.get("data").get("object"));
        }
    }

    private void checkMembers(JsonNode node, Class<?> model, String path) {
        checkAlways(node, path);
        Map<String, Field> fields = fields(model);
        for (Map.Entry<String, JsonNode> member : node.properties()) {
            String at = path + "/" + member.getKey();
            assertThat(fields).as("stripe-java has no member " + at).containsKey(member.getKey());
            if (!member.getValue().isNull()) {
                checkValue(member.getValue(), fields.get(member.getKey()).getGenericType(), at);
            }
        }
    }

    private void checkAlways(JsonNode node, String path) {
        assertThat(node.propertyNames()).as("always there in " + path).containsAll(types.always(path));
    }

    private void checkValue(JsonNode value, Type type, String at) {
        String name = at.substring(at.lastIndexOf('/') + 1);
        if (type == String.class) {
            assertThat(value.isString()).as(at + " is a string: " + value).isTrue();
            checkText(value.stringValue(), name, at);
        } else if (type == Long.class) {
            assertThat(value.isIntegralNumber())
                    .as(at + " is an integer: " + value)
                    .isTrue();
            if (TIME.matcher(name).matches()) {
                assertThat(value.longValue()).as(at).isBetween(EARLIEST, LATEST);
            }
        } else if (type == Boolean.class) {
            assertThat(value.isBoolean()).as(at + " is a boolean: " + value).isTrue();
        } else if (type == BigDecimal.class) {
            assertThat(value.isString() || value.isNumber()).as(at).isTrue();
            assertThat(new BigDecimal(value.asString())).as(at).isNotNull();
        } else if (type instanceof ParameterizedType generic) {
            checkGeneric(value, generic, at);
        } else if (type instanceof Class<?> model && model != JsonObject.class) {
            checkNested(value, model, at);
        }
    }

    private void checkText(String text, String name, String at) {
        if (!types.choices(at).isEmpty()) {
            assertThat(types.choices(at)).as(at).contains(text);
        }
        if (IDS.containsKey(name)) {
            assertThat(text).as(at).matches(IDS.get(name));
        }
    }

    private void checkGeneric(JsonNode value, ParameterizedType type, String at) {
        Type argument = type.getActualTypeArguments()[0];
        if (type.getRawType() == ExpandableField.class) {
            if (value.isString()) {
                checkText(value.stringValue(), at.substring(at.lastIndexOf('/') + 1), at);
            } else {
                checkObject(value);
            }
        } else if (type.getRawType() == List.class) {
            assertThat(value.isArray()).as(at + " is an array").isTrue();
            value.forEach(element -> checkValue(element, argument, at));
        } else {
            assertThat(type.getRawType()).as(at).isEqualTo(Map.class);
            assertThat(value.isObject()).as(at + " is an object").isTrue();
            if (type.getActualTypeArguments()[1] == String.class) {
                value.forEach(text -> assertThat(text.isString()).as(at).isTrue());
            }
        }
    }

    private void checkNested(JsonNode value, Class<?> model, String at) {
        assertThat(value.isObject()).as(at + " is an object: " + value).isTrue();
        if (StripeCollection.class.isAssignableFrom(model)) {
            assertThat(value.path("object").asString()).as(at).isEqualTo("list");
            checkObject(value);
        } else if (CLASSES.containsValue(model)) {
            checkObject(value);
        } else if (StripeObject.class.isAssignableFrom(model)) {
            checkMembers(value, model, at);
        }
    }

    private static Map<String, Field> fields(Class<?> model) {
        Map<String, Field> fields = new HashMap<>();
        for (Class<?> type = model; type != StripeObject.class && type != Object.class; type = type.getSuperclass()) {
            for (Field field : type.getDeclaredFields()) {
                if (!Modifier.isStatic(field.getModifiers()) && !Modifier.isTransient(field.getModifiers())) {
                    SerializedName name = field.getAnnotation(SerializedName.class);
                    fields.put(
                            name != null
                                    ? name.value()
                                    : FieldNamingPolicy.LOWER_CASE_WITH_UNDERSCORES.translateName(field),
                            field);
                }
            }
        }
        return fields;
    }
}
