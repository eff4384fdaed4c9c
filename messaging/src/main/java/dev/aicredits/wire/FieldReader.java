package dev.aicredits.wire;

import dev.aicredits.money.Usd;
import dev.aicredits.rating.Rating;
import dev.aicredits.usage.DedupeKeys;
import java.math.BigDecimal;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Reads the parser's current value as a field of one type; JSON's null stands for an absent field.
 *
 * <p>A value of another type is skipped and noted, so that reading goes on: broken JSON further down weighs more.
 */
final class FieldReader {

    /** The most tokens or units one event may count; more is a broken counter, and a sum of them stays a long. */
    static final int COUNT_MAX = 1_000_000_000;

    /** What a count that was not there reads as. */
    static final int ABSENT = -1;

    /** The names of organizations, agents, users, models: few, and in every event. */
    static final RecentTexts TEXTS = new RecentTexts();

    private static final int COUNT_CHARS_MAX = "-1000000000".length();

    private FieldReader() {}

    /** The text, or null if it is absent or breaks the rule. */
    static @Nullable String text(JsonParser parser, TextRule rule, FirstProblem problem) {
        return checkText(parser, rule, problem)
                ? TEXTS.of(parser.getStringCharacters(), parser.getStringOffset(), parser.getStringLength())
                : null;
    }

    /** Whether a text is there and obeys the rule; for those we need no more of. */
    static boolean checkText(JsonParser parser, TextRule rule, FirstProblem problem) {
        return isText(parser, rule.field(), problem)
                && rule.allows(
                        parser.getStringCharacters(), parser.getStringOffset(), parser.getStringLength(), problem);
    }

    /** Whether the value is a text of any content. */
    static boolean isText(JsonParser parser, String field, FirstProblem problem) {
        return is(parser.currentToken() == JsonToken.VALUE_STRING, parser, field, "is not text", problem);
    }

    /** The UUID in its canonical form, or null if it is absent or none. */
    static @Nullable UUID uuid(JsonParser parser, String field, FirstProblem problem) {
        if (!isText(parser, field, problem)) {
            return null;
        }
        UUID uuid = DedupeKeys.canonicalUuid(
                parser.getStringCharacters(), parser.getStringOffset(), parser.getStringLength());
        if (uuid == null) {
            problem.note(field, "is not a UUID");
        }
        return uuid;
    }

    /** The whole number between {@code min} and {@link #COUNT_MAX}, or {@link #ABSENT}. */
    static int count(JsonParser parser, String field, int min, FirstProblem problem) {
        boolean integer = parser.currentToken() == JsonToken.VALUE_NUMBER_INT;
        if (!is(integer, parser, field, "is not an integer", problem)) {
            return ABSENT;
        }
        char[] text = parser.getStringCharacters();
        boolean wide = parser.getStringLength() > COUNT_CHARS_MAX;
        boolean negative = text[parser.getStringOffset()] == '-';
        long count = wide ? negative ? Long.MIN_VALUE : Long.MAX_VALUE : parser.getLongValue();
        if (count >= min && count <= COUNT_MAX) {
            return (int) count;
        }
        problem.note(field, count < 0 ? "is negative" : count < min ? "is not positive" : "is too great");
        return ABSENT;
    }

    /** The amount of dollars, zero to {@link Rating#COST_NANOS_MAX} and exact in nano-USD, or null. */
    static @Nullable Usd cost(JsonParser parser, String field, FirstProblem problem) {
        if (!is(parser.currentToken().isNumeric(), parser, field, "is not a number", problem)) {
            return null;
        }
        try {
            // Neither this nor Usd.of writes an exponent out in digits.
            BigDecimal decimal =
                    new BigDecimal(parser.getStringCharacters(), parser.getStringOffset(), parser.getStringLength());
            Usd cost = Usd.of(decimal);
            if (cost.nanos() >= 0 && cost.nanos() <= Rating.COST_NANOS_MAX) {
                return cost;
            }
            problem.note(field, cost.nanos() < 0 ? "is negative" : "is too great");
        } catch (NumberFormatException | ArithmeticException e) {
            problem.note(field, "is not an amount in nano-USD");
        }
        return null;
    }

    private static boolean is(boolean ofType, JsonParser parser, String field, String rule, FirstProblem problem) {
        if (!ofType && parser.currentToken() != JsonToken.VALUE_NULL) {
            problem.note(field, rule);
            parser.skipChildren();
        }
        return ofType;
    }
}
