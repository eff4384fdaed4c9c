package dev.aicredits.purchase;

import dev.aicredits.pages.FormRules;
import dev.aicredits.problem.ProblemException;
import java.time.DateTimeException;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/** A day in a form. */
final class DayField {

    private DayField() {}

    /** The day, or {@code otherwise} if the field was left empty. */
    static LocalDate of(String name, @Nullable String value, LocalDate otherwise) {
        String text = FormRules.text(value);
        if (text == null) {
            return otherwise;
        }
        try {
            return LocalDate.parse(text);
        } catch (DateTimeException e) {
            throw ProblemException.invalidParameter(name);
        }
    }
}
