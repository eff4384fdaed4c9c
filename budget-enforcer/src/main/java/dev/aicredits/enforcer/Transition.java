package dev.aicredits.enforcer;

/** A decision that another holds now than before: a stop or a resume, and its cause. */
record Transition(Finding finding, Cause cause) {

    /** Odd for a stop, even for a resume. */
    long version() {
        return finding.version() + 1;
    }

    boolean stops() {
        return finding.exhausted();
    }
}
