package dev.aicredits.consumer;

import dev.aicredits.ledger.BookingOutcome;
import dev.aicredits.ledger.BookingOutcome.Booked;
import dev.aicredits.ledger.BookingOutcome.Closed;
import dev.aicredits.ledger.BookingOutcome.Conflict;
import dev.aicredits.ledger.BookingOutcome.Duplicate;
import dev.aicredits.ledger.BookingOutcome.OutOfRange;
import dev.aicredits.ledger.BookingOutcome.UnknownOrganization;
import dev.aicredits.ledger.BookingOutcome.WrongOrganization;
import dev.aicredits.ledger.Ledger;
import dev.aicredits.ledger.LedgerChange;
import dev.aicredits.ledger.UsageBatch;
import dev.aicredits.ledger.UsageBooking;
import dev.aicredits.rating.Rated;
import dev.aicredits.rating.Rated.Priced;
import dev.aicredits.rating.Rated.Unrated;
import dev.aicredits.rating.Rating;
import dev.aicredits.wire.DeadLetterReason;
import dev.aicredits.wire.DecodedUsage;
import dev.aicredits.wire.DecodedUsage.Refused;
import dev.aicredits.wire.DecodedUsage.Usable;
import dev.aicredits.wire.UsageEventDecoder;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** Turns the records of a poll into ledger entries: judge what was read, rate, book in one transaction. Publishes nothing itself. */
final class UsageIntake {

    /** A record that can't be used, and why. */
    record DeadLetter(ConsumerRecord<byte[], ReadUsage> record, DeadLetterReason reason, String detail) {}

    /**
     * What became of a poll; {@code records = booked + duplicates + deadLetters.size()}.
     *
     * @param debitedNanos the sum of what was booked, in nano-USD
     */
    record Result(
            int records,
            int booked,
            int duplicates,
            List<DeadLetter> deadLetters,
            List<LedgerChange> changes,
            long debitedNanos) {}

    private final UsageEventDecoder decoder;
    private final RateCardWatch rateCards;
    private final Ledger ledger;
    private final Clock clock;

    UsageIntake(UsageEventDecoder decoder, RateCardWatch rateCards, Ledger ledger, Clock clock) {
        this.clock = clock;
        this.decoder = decoder;
        this.rateCards = rateCards;
        this.ledger = ledger;
    }

    /** Books what can be booked. Safe to repeat with the same records: what it booked before are duplicates then. */
    Result book(List<ConsumerRecord<byte[], ReadUsage>> records) {
        Rating rating = rateCards.rating();
        Instant now = clock.instant();
        List<ConsumerRecord<byte[], ReadUsage>> ratedRecords = new ArrayList<>(records.size());
        long[] costNanos = new long[records.size()];
        UsageBatch batch = ledger.batch();
        List<DeadLetter> deadLetters = new ArrayList<>();
        for (ConsumerRecord<byte[], ReadUsage> record : records) {
            ReadUsage value = record.value();
            DecodedUsage decoded = value == null
                    ? decoder.read(record.headers(), null)
                    : decoder.admit(record.key(), value.decoded(), now);
            if (decoded instanceof Refused refused) {
                deadLetters.add(new DeadLetter(record, refused.reason(), refused.detail()));
                continue;
            }
            Usable usable = (Usable) decoded;
            Rated price = rating.rate(usable.event());
            if (price instanceof Priced priced) {
                costNanos[ratedRecords.size()] = priced.costNanos();
                ratedRecords.add(record);
                batch.add(usable.event(), priced);
            } else {
                deadLetters.add(unpriced(record, price));
            }
        }
        if (ratedRecords.isEmpty()) {
            return new Result(records.size(), 0, 0, deadLetters, List.of(), 0);
        }
        return booked(records.size(), ratedRecords, costNanos, batch.book(), deadLetters);
    }

    private static Result booked(
            int records,
            List<ConsumerRecord<byte[], ReadUsage>> ratedRecords,
            long[] costNanos,
            UsageBooking booking,
            List<DeadLetter> deadLetters) {
        int booked = 0;
        int duplicates = 0;
        long debitedNanos = 0;
        for (int i = 0; i < ratedRecords.size(); i++) {
            BookingOutcome outcome = booking.outcomes().get(i);
            if (outcome instanceof Booked) {
                booked++;
                debitedNanos += costNanos[i];
            } else if (outcome instanceof Duplicate) {
                duplicates++;
            } else {
                deadLetters.add(refused(ratedRecords.get(i), outcome));
            }
        }
        return new Result(records, booked, duplicates, deadLetters, booking.changes(), debitedNanos);
    }

    private static DeadLetter unpriced(ConsumerRecord<byte[], ReadUsage> record, Rated price) {
        return price instanceof Unrated
                ? new DeadLetter(record, DeadLetterReason.UNRATED_MODEL, "no rate card in force has a price")
                : new DeadLetter(record, DeadLetterReason.INVALID_FIELD, "the cost is beyond what one event may cost");
    }

    private static DeadLetter refused(ConsumerRecord<byte[], ReadUsage> record, @Nullable BookingOutcome outcome) {
        if (outcome instanceof Conflict) {
            return new DeadLetter(
                    record, DeadLetterReason.CONFLICT, "source and id were used before for another event");
        }
        if (outcome instanceof UnknownOrganization) {
            return new DeadLetter(record, DeadLetterReason.UNKNOWN_ORGANIZATION, "there is no such organization");
        }
        if (outcome instanceof WrongOrganization) {
            return new DeadLetter(
                    record, DeadLetterReason.WRONG_ORGANIZATION, "the agent belongs to another organization");
        }
        if (outcome instanceof OutOfRange) {
            return new DeadLetter(
                    record, DeadLetterReason.INVALID_FIELD, "the balance would leave the range of nano-USD");
        }
        if (outcome instanceof Closed) {
            return new DeadLetter(
                    record, DeadLetterReason.TIME_OUT_OF_RANGE, "the month that it occurred in is closed");
        }
        throw new IllegalStateException("a booking without an outcome");
    }
}
