package dev.aicredits.consumer;

import dev.aicredits.messaging.TransientFailure;
import dev.aicredits.ratecard.JdbcRateCards;
import dev.aicredits.rating.Rating;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Keeps the rating by the published rate cards, and looks for a new version every so often. */
final class RateCardWatch {

    private final JdbcRateCards rateCards;
    private final Clock clock;
    private final Duration refresh;

    private @Nullable Rating rating;
    private Instant lookAgainAt = Instant.EPOCH;

    RateCardWatch(JdbcRateCards rateCards, Clock clock, Duration refresh) {
        this.rateCards = rateCards;
        this.clock = clock;
        this.refresh = refresh;
    }

    /**
     * The rating by all versions published up to {@code rateCardRefresh} ago.
     *
     * @throws NoRateCardException if none is published: without prices every event would be dead-lettered
     * @throws org.springframework.dao.DataAccessException if the database is away
     */
    synchronized Rating rating() {
        Instant now = clock.instant();
        Rating current = rating;
        if (current == null || !now.isBefore(lookAgainAt)) {
            if (current == null || rateCards.newestVersion() != current.newestVersion()) {
                current = rateCards.load();
            }
            if (current.newestVersion() == 0) {
                throw new NoRateCardException();
            }
            rating = current;
            lookAgainAt = now.plus(refresh);
        }
        return current;
    }

    /** No rate card is published yet; consumption waits for one. */
    static final class NoRateCardException extends RuntimeException implements TransientFailure {
        private static final String DESCRIPTION = "no rate card is published";

        NoRateCardException() {
            super(DESCRIPTION);
        }

        @Override
        public String description() {
            return DESCRIPTION;
        }
    }
}
