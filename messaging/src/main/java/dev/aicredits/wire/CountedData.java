package dev.aicredits.wire;

import static dev.aicredits.wire.FieldReader.ABSENT;

import dev.aicredits.usage.Consumption;
import dev.aicredits.usage.UsageKind;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;

/** The fields of {@code data} that matter to every kind but inference; in an inference they have no effect. */
final class CountedData {

    private static final TextRule UNIT = new TextRule(UsageField.UNIT.path(), 64);
    private static final int QUANTITY_MIN = 1;

    private final FirstProblem problem = new FirstProblem();
    private @Nullable String unit;
    private int quantity = ABSENT;

    void takeUnit(JsonParser parser) {
        unit = FieldReader.text(parser, UNIT, problem);
    }

    void takeQuantity(JsonParser parser) {
        quantity = FieldReader.count(parser, UsageField.QUANTITY.path(), QUANTITY_MIN, problem);
    }

    /** What is wrong with the fields, once all were taken; null if nothing. */
    @Nullable String problem() {
        problem.require(UNIT.field(), unit);
        problem.require(UsageField.QUANTITY.path(), quantity);
        return problem.detail();
    }

    /** What was consumed; ask only where there is no {@link #problem()}. */
    Consumption consumption(UsageKind kind) {
        return new Consumption.Counted(kind, Objects.requireNonNull(unit), quantity);
    }
}
