package dev.aicredits.problem;

/** How long a page may be. */
public final class PageRules {

    public static final int SIZE_MAX = 500;

    private PageRules() {}

    /**
     * The size of a page that is asked for.
     *
     * @throws ProblemException {@link CommonProblem#INVALID_PARAMETER} below 1 or above {@link #SIZE_MAX}
     */
    public static int size(int asked) {
        if (asked < 1 || asked > SIZE_MAX) {
            throw ProblemException.invalidParameter("pageSize");
        }
        return asked;
    }
}
