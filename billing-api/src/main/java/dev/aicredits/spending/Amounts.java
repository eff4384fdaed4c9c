package dev.aicredits.spending;

import dev.aicredits.money.Usd;
import dev.aicredits.problem.ProblemException;
import java.math.BigDecimal;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Amounts of USD in requests: exact, and within the range of their field. */
final class Amounts {

    /** The greatest monthly limit: a billion USD, so that sums with it stay exact. */
    static final Usd LIMIT_MAX = Usd.of("1000000000");

    private Amounts() {}

    /** The amount of a required field, from {@code min} to {@code max}. */
    static Usd between(Usd min, Usd max, String field, @Nullable BigDecimal decimal) {
        if (decimal != null) {
            try {
                Usd amount = Usd.of(decimal);
                if (amount.compareTo(min) >= 0 && amount.compareTo(max) <= 0) {
                    return amount;
                }
            } catch (ArithmeticException e) {
                throw invalid(field);
            }
        }
        throw invalid(field);
    }

    /** A monthly limit, 0 or more. */
    static Usd limit(String field, @Nullable BigDecimal decimal) {
        return between(Usd.ZERO, LIMIT_MAX, field, decimal);
    }

    /** A monthly limit that may be left as it is (absent), or taken away (null). */
    static @Nullable Long limitNanos(String field, @Nullable JsonNode given, @Nullable Long otherwise) {
        if (given == null) {
            return otherwise;
        }
        if (given.isNull()) {
            return null;
        }
        if (!given.isNumber()) {
            throw invalid(field);
        }
        return limit(field, given.decimalValue()).nanos();
    }

    private static ProblemException invalid(String field) {
        return new ProblemException(SpendingProblem.AMOUNT_INVALID, Map.of("field", field));
    }
}
