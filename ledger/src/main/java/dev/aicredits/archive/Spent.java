package dev.aicredits.archive;

/** What entries add up to: positive nano-USD, and how many entries they are. */
record Spent(long nanos, long entries) {

    /**
     * Both together.
     *
     * @throws ArithmeticException if the sum leaves the range of nano-USD
     */
    Spent plus(Spent other) {
        return new Spent(Math.addExact(nanos, other.nanos), entries + other.entries);
    }
}
