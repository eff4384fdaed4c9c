package dev.aicredits.ledger;

import static dev.aicredits.ledger.JdbcTimes.utc;

import dev.aicredits.ledger.BookingOutcome.Booked;
import dev.aicredits.ledger.BookingOutcome.Conflict;
import dev.aicredits.ledger.BookingOutcome.Duplicate;
import dev.aicredits.ledger.BookingOutcome.OutOfRange;
import dev.aicredits.ledger.BookingOutcome.UnknownOrganization;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.util.Objects;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Books one entry under its organization's row lock: simple, and fast enough for what a person or a webhook causes. */
final class JdbcEntryBooking {

    private static final int ATTEMPTS_MAX = 5;

    private record Balance(long organizationId, long entrySeq, long balanceNanos) {}

    private record Existing(
            long entrySeq,
            short entryKind,
            long amountNanos,
            @Nullable String checkoutSessionId,
            @Nullable String refundId,
            @Nullable String disputeId) {}

    private static final String LOCK_BALANCE = """
            SELECT b.organization_id, b.entry_seq, b.balance_nanos
              FROM organization_balance b
             WHERE b.organization_id = (SELECT organization_id FROM organization WHERE public_id = :organization)
               FOR UPDATE
            """;

    // The key of a version before could be computed by anybody: usage that has it stands for nothing but itself.
    private static final String EXISTING = """
            SELECT entry_seq, entry_kind, amount_nanos, checkout_session_id, refund_id, dispute_id
              FROM ledger_entry
             WHERE organization_id = :organization AND dedupe_key IN (:key, :before)
               AND (dedupe_key = :key OR entry_kind <> :usage)
             ORDER BY dedupe_key <> :key
             LIMIT 1
            """;

    private static final String INSERT = """
            INSERT INTO ledger_entry (organization_id, entry_seq, amount_nanos, balance_after_nanos, occurred_at,
                booked_at, dedupe_key, entry_kind, checkout_session_id, refund_id, dispute_id, description)
            VALUES (:organization, :seq, :amount, :balance, :occurredAt, :bookedAt, :key, :kind, :session, :refund,
                :dispute, :description)
            """;

    private static final String MOVE_BALANCE = """
            UPDATE organization_balance SET balance_nanos = :balance, entry_seq = :seq, updated_at = :bookedAt
             WHERE organization_id = :organization
            """;

    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;
    private final Clock clock;

    JdbcEntryBooking(DataSource dataSource, Clock clock) {
        this.jdbc = JdbcClient.create(dataSource);
        this.transaction = new TransactionTemplate(new JdbcTransactionManager(dataSource));
        this.clock = clock;
    }

    BookingOutcome book(NewEntry entry) {
        // In the caller's transaction a clash is the caller's to repeat: what was done before it is rolled back too.
        int attemptsMax = TransactionSynchronizationManager.isActualTransactionActive() ? 1 : ATTEMPTS_MAX;
        for (int attempt = 1; ; attempt++) {
            try {
                BookingOutcome outcome = transaction.execute(status -> bookLocked(entry));
                if (outcome == null) {
                    throw new IllegalStateException("a booking has an outcome");
                }
                return outcome;
            } catch (ConcurrencyFailureException e) {
                if (attempt >= attemptsMax) {
                    throw e;
                }
            }
        }
    }

    private BookingOutcome bookLocked(NewEntry entry) {
        Optional<Balance> locked = jdbc.sql(LOCK_BALANCE)
                .param("organization", entry.organizationId())
                .query(Balance.class)
                .optional();
        if (locked.isEmpty()) {
            return new UnknownOrganization();
        }
        Balance from = locked.get();
        Optional<Existing> existing = jdbc.sql(EXISTING)
                .param("organization", from.organizationId())
                .param("key", entry.dedupeKey())
                .param("before", entry.keyBefore() == null ? entry.dedupeKey() : entry.keyBefore())
                .param("usage", EntryKind.USAGE.code())
                .query(Existing.class)
                .optional();
        return existing.map(booked -> repeated(entry, booked)).orElseGet(() -> append(entry, from));
    }

    private static BookingOutcome repeated(NewEntry entry, Existing booked) {
        boolean same = booked.entryKind() == entry.kind().code()
                && booked.amountNanos() == entry.amount().nanos()
                && Objects.equals(booked.checkoutSessionId(), entry.checkoutSessionId())
                && Objects.equals(booked.refundId(), entry.refundId())
                && Objects.equals(booked.disputeId(), entry.disputeId());
        return same ? new Duplicate(booked.entrySeq()) : new Conflict(booked.entrySeq());
    }

    private BookingOutcome append(NewEntry entry, Balance from) {
        long amount = entry.amount().nanos();
        if (!BookingPlan.inRange(from.balanceNanos(), amount)) {
            return new OutOfRange();
        }
        long balance = from.balanceNanos() + amount;
        long entrySeq = from.entrySeq() + 1;
        OffsetDateTime bookedAt = utc(clock.instant());
        jdbc.sql(INSERT)
                .param("organization", from.organizationId())
                .param("seq", entrySeq)
                .param("amount", amount)
                .param("balance", balance)
                .param("occurredAt", utc(entry.occurredAt()))
                .param("bookedAt", bookedAt)
                .param("key", entry.dedupeKey())
                .param("kind", entry.kind().code())
                .param("session", entry.checkoutSessionId())
                .param("refund", entry.refundId())
                .param("dispute", entry.disputeId())
                .param("description", entry.description())
                .update();
        jdbc.sql(MOVE_BALANCE)
                .param("balance", balance)
                .param("seq", entrySeq)
                .param("bookedAt", bookedAt)
                .param("organization", from.organizationId())
                .update();
        return new Booked(entrySeq, balance);
    }
}
