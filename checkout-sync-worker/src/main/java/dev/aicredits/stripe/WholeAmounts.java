package dev.aicredits.stripe;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import com.stripe.model.StripeObject;
import java.math.BigDecimal;
import java.util.Map;

/**
 * Checks that every amount in an answer is a whole number that a payment can have. The client's own parser makes 5 of 5.5
 * and some long of 1e30.
 */
final class WholeAmounts {

    /** Stripe takes no amount of more than eight digits in USD, and few more in any currency. */
    private static final BigDecimal MAX = BigDecimal.valueOf(999_999_999_999L);

    private WholeAmounts() {}

    static <T extends StripeObject> T checked(T answer) {
        JsonObject raw = answer.getRawJsonObject();
        if (raw == null) {
            throw StripeFailures.garbled("no JSON");
        }
        check(raw);
        return answer;
    }

    private static void check(JsonElement element) {
        if (element.isJsonArray()) {
            element.getAsJsonArray().forEach(WholeAmounts::check);
        } else if (element.isJsonObject()) {
            for (Map.Entry<String, JsonElement> member :
                    element.getAsJsonObject().entrySet()) {
                JsonElement value = member.getValue();
                if (value.isJsonPrimitive()) {
                    checkMember(member.getKey(), value.getAsJsonPrimitive());
                } else {
                    check(value);
                }
            }
        }
    }

    private static void checkMember(String name, JsonPrimitive value) {
        if (!value.isNumber() || !name.startsWith("amount")) {
            return;
        }
        BigDecimal amount = value.getAsBigDecimal();
        // Compared before it is scaled: 1e999999999 would be written out.
        if (amount.abs().compareTo(MAX) > 0 || amount.stripTrailingZeros().scale() > 0) {
            throw StripeFailures.garbled(name + " is no whole amount");
        }
    }
}
