package dev.aicredits.checkout;

/** A request that is answered with a {@link Problem} and has changed nothing. */
final class ProblemException extends RuntimeException {

    private final Problem problem;

    ProblemException(Problem problem) {
        super(problem.message());
        this.problem = problem;
    }

    Problem problem() {
        return problem;
    }
}
