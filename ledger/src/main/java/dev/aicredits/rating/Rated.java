package dev.aicredits.rating;

/** What rating made of an event. */
public sealed interface Rated {

    /**
     * It has a price.
     *
     * @param costNanos nano-USD, not negative, rounded once
     * @param rateCardVersion the version that set it; {@link #TRUSTED} where the source sent the cost
     */
    record Priced(long costNanos, int rateCardVersion) implements Rated {
        /** Stands for no rate card: a trusted source sent the cost. */
        public static final int TRUSTED = 0;

        /** Refuses a negative cost: usage never credits. */
        public Priced {
            if (costNanos < 0) {
                throw new IllegalArgumentException("a cost is negative");
            }
        }
    }

    /** No version in force then has a price for it. Never free: it waits for one. */
    record Unrated() implements Rated {}

    /** The cost would pass {@link Rating#COST_NANOS_MAX}. */
    record TooExpensive() implements Rated {}
}
