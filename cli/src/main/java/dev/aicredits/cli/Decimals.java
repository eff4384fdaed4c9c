package dev.aicredits.cli;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** Numbers as people write them: every digit, no exponent. */
final class Decimals {

    private static final int CENT_PLACES = 2;

    /** Longer ones are not money, and 1e999999999 in full would fill the memory. */
    private static final int DIGITS_MAX = 60;

    private Decimals() {}

    /** The number without exponent; as it came if that would be absurdly long. */
    static String plain(String literal) {
        BigDecimal value = value(literal);
        return value == null || isPlain(literal) ? literal : value.toPlainString();
    }

    /** An amount of USD such as {@code -$0.000435}: exact, with two decimals or more; as it came if it is none. */
    static String usd(String literal) {
        return usd(literal, value(literal));
    }

    /** The same of an amount that came in cents. */
    static String cents(String literal) {
        BigDecimal value = value(literal);
        return usd(literal, value == null ? null : value.movePointLeft(CENT_PLACES));
    }

    private static String usd(String literal, @Nullable BigDecimal value) {
        if (value == null) {
            return literal;
        }
        int places = Math.max(CENT_PLACES, value.stripTrailingZeros().scale());
        return (value.signum() < 0 ? "-$" : "$") + value.abs().setScale(places).toPlainString();
    }

    private static @Nullable BigDecimal value(String literal) {
        if (literal.length() > DIGITS_MAX) {
            return null;
        }
        try {
            BigDecimal value = new BigDecimal(literal);
            return Math.abs((long) value.scale()) > DIGITS_MAX ? null : value;
        } catch (NumberFormatException e) {
            return null;
        }
    }

    private static boolean isPlain(String literal) {
        return literal.indexOf('e') < 0 && literal.indexOf('E') < 0;
    }
}
