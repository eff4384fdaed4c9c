package dev.aicredits.problem;

import java.util.Map;

/** A request that is answered with a {@link Problem} and has changed nothing. */
public final class ProblemException extends RuntimeException {

    private final transient Problem problem;
    private final transient Map<String, Object> details;

    public ProblemException(Problem problem) {
        this(problem, Map.of());
    }

    /** With members that the answer has beside the usual ones. */
    public ProblemException(Problem problem, Map<String, Object> details) {
        // Expected, and many of them: a stack trace would cost more than the request.
        super(problem.message(), null, false, false);
        this.problem = problem;
        this.details = Map.copyOf(details);
    }

    /** {@link CommonProblem#INVALID_FIELD} that names the field. */
    public static ProblemException invalidField(String field) {
        return new ProblemException(CommonProblem.INVALID_FIELD, Map.of("field", field));
    }

    /** {@link CommonProblem#INVALID_PARAMETER} that names the parameter. */
    public static ProblemException invalidParameter(String parameter) {
        return new ProblemException(CommonProblem.INVALID_PARAMETER, Map.of("parameter", parameter));
    }

    public Problem problem() {
        return problem;
    }

    public Map<String, Object> details() {
        return details;
    }
}
