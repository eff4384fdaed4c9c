package dev.aicredits.purchase;

import dev.aicredits.pages.FormRules;
import dev.aicredits.problem.ProblemException;
import java.time.DateTimeException;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/** A day in a form. */
final class DayField {

    /** Beyond it no day follows that everybody can write. */
    private static final LocalDate LAST = LocalDate.of(9999, 12, 30);

    private DayField() {}

    /** The day, or {@code otherwise} if the field was left empty. */
    static LocalDate of(String name, @Nullable String value, LocalDate otherwise) {
        String text = FormRules.text(value);
        if (text == null) {
            return otherwise;
        }
        LocalDate day;
        try {
            day = LocalDate.parse(text);
        } catch (DateTimeException e) {
            throw ProblemException.invalidParameter(name);
        }
        if (day.isAfter(LAST)) {
            throw ProblemException.invalidParameter(name);
        }
        return day;
    }
}
