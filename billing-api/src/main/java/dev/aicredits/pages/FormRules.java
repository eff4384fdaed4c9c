package dev.aicredits.pages;

import dev.aicredits.problem.ProblemException;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.Validator;
import java.math.BigDecimal;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/** Reads forms by the rules that the same fields have as JSON. */
public final class FormRules {

    private static final int NUMBER_LENGTH_MAX = 40;

    private final Validator validator;

    FormRules(Validator validator) {
        this.validator = validator;
    }

    /**
     * The body of a route, made of a form.
     *
     * @throws ProblemException {@code invalid_field} that names the first field that breaks its rule
     */
    public <T> T checked(T body) {
        validator.validate(body).stream()
                .map(ConstraintViolation::getPropertyPath)
                .min(Comparator.comparing(Object::toString))
                .ifPresent(field -> {
                    throw ProblemException.invalidField(field.toString());
                });
        return body;
    }

    /** A field that was left empty is none. */
    public static @Nullable String text(@Nullable String value) {
        return value == null || value.isBlank() ? null : value.strip();
    }

    /**
     * An amount of USD as people write it, {@code $1,234.50}; none if it was left empty. A comma stands between thousands alone:
     * {@code 7,50} is seven and a half to some, and is refused for not being 750.
     *
     * @throws ProblemException {@code invalid_field}
     */
    public static @Nullable BigDecimal amount(String field, @Nullable String value) {
        String text = text(value);
        if (text == null) {
            return null;
        }
        String digits = text.replaceFirst("^\\$\\s*", "");
        if (digits.matches("-?\\d{1,3}(,\\d{3})+(\\.\\d+)?")) {
            digits = digits.replace(",", "");
        }
        // Never in exponent form: its length would say nothing of how large it is.
        if (digits.length() > NUMBER_LENGTH_MAX || !digits.matches("-?\\d+(\\.\\d+)?")) {
            throw ProblemException.invalidField(field);
        }
        return new BigDecimal(digits);
    }
}
