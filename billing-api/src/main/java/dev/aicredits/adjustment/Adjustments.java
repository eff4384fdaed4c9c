package dev.aicredits.adjustment;

import dev.aicredits.access.Access;
import dev.aicredits.adjustment.Adjustment.State;
import dev.aicredits.audit.AuditRecord;
import dev.aicredits.audit.AuditedChanges;
import dev.aicredits.audit.JdbcAuditLog;
import dev.aicredits.ledger.BookingOutcome;
import dev.aicredits.ledger.BookingOutcome.Booked;
import dev.aicredits.ledger.BookingOutcome.OutOfRange;
import dev.aicredits.ledger.Ledger;
import dev.aicredits.ledger.LedgerChange;
import dev.aicredits.ledger.NewEntry;
import dev.aicredits.messaging.LedgerAnnouncer;
import dev.aicredits.money.Usd;
import dev.aicredits.problem.ProblemException;
import dev.aicredits.usage.OwnKeys;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Asks for, books and rejects adjustments. The entry, the adjustment's state and the audit record are one transaction; what is
 * above the limit of one operator is booked when a second one approves it.
 */
final class Adjustments {

    private static final int LISTED_MAX = 200;
    private static final String SOURCE = "dev.aicredits.adjustment";

    private final JdbcAdjustments adjustments;
    private final Ledger ledger;
    private final AuditedChanges changes;
    private final LedgerAnnouncer announcer;
    private final Usd aloneMax;
    private final Clock clock;

    Adjustments(
            JdbcAdjustments adjustments,
            Ledger ledger,
            AuditedChanges changes,
            LedgerAnnouncer announcer,
            AdjustmentSettings settings,
            Clock clock) {
        this.adjustments = adjustments;
        this.ledger = ledger;
        this.changes = changes;
        this.announcer = announcer;
        this.aloneMax = Usd.of(settings.aloneMax());
        this.clock = clock;
    }

    List<Adjustment> newest(Access operator) {
        return adjustments.newest(operator.organizationKey(), LISTED_MAX);
    }

    /** The same request again, by its idempotency key, is the adjustment that it was. */
    Adjustment ask(Access operator, Usd amount, String reason, @Nullable String idempotencyKey) {
        return run((log, booked) -> {
            Adjustment asked = new Adjustment(
                    UUID.randomUUID(),
                    amount,
                    reason,
                    State.PENDING,
                    idempotencyKey,
                    who(operator),
                    now(),
                    null,
                    null,
                    null);
            if (!adjustments.add(operator.organizationKey(), asked)) {
                return earlier(operator, asked);
            }
            log(log, operator, "adjustment_requested", asked, Map.of(), state(asked));
            boolean alone = magnitude(amount).compareTo(aloneMax) <= 0;
            return alone ? book(log, operator, asked, booked) : asked;
        });
    }

    private Adjustment earlier(Access operator, Adjustment asked) {
        Adjustment earlier = adjustments
                .byIdempotencyKey(operator.organizationKey(), Objects.requireNonNull(asked.idempotencyKey()))
                .orElseThrow();
        if (!earlier.isOf(asked.amount(), asked.reason())) {
            throw new ProblemException(AdjustmentProblem.IDEMPOTENCY_KEY_REUSED);
        }
        return earlier;
    }

    /** Books what another operator asked for. */
    Adjustment approve(Access operator, UUID id) {
        return run((log, booked) -> {
            Adjustment asked = pending(operator, id);
            if (asked.requestedBy().equals(who(operator))) {
                throw new ProblemException(AdjustmentProblem.SECOND_OPERATOR_REQUIRED);
            }
            return book(log, operator, asked, booked);
        });
    }

    /** Who asked may take it back, too. */
    Adjustment reject(Access operator, UUID id) {
        return changes.run(log -> {
            Adjustment asked = pending(operator, id);
            Instant now = now();
            Adjustment rejected = asked.decided(State.REJECTED, who(operator), now, null);
            adjustments.decide(operator.organizationKey(), rejected, now);
            log(log, operator, "adjustment_rejected", rejected, state(asked), state(rejected));
            return rejected;
        });
    }

    private Adjustment pending(Access operator, UUID id) {
        Adjustment asked = adjustments
                .locked(operator.organizationKey(), id)
                .orElseThrow(() -> new ProblemException(AdjustmentProblem.ADJUSTMENT_NOT_FOUND));
        if (asked.state() != State.PENDING) {
            throw new ProblemException(AdjustmentProblem.ADJUSTMENT_DECIDED);
        }
        return asked;
    }

    /** Runs a change, and once it is committed tells what it booked, so that who was stopped goes on at once. */
    private Adjustment run(BiFunction<JdbcAuditLog, AtomicReference<LedgerChange>, Adjustment> change) {
        AtomicReference<LedgerChange> booked = new AtomicReference<>();
        Adjustment adjustment = changes.run(log -> {
            booked.set(null);
            return change.apply(log, booked);
        });
        LedgerChange announced = booked.get();
        if (announced != null) {
            announcer.announce(announced);
        }
        return adjustment;
    }

    private Adjustment book(
            JdbcAuditLog log, Access operator, Adjustment asked, AtomicReference<LedgerChange> announced) {
        Instant now = now();
        BookingOutcome outcome = ledger.book(NewEntry.adjustment(
                operator.organizationId(),
                asked.amount(),
                // Not the id by itself, which the audit log shows while it waits: a usage event might have it too.
                OwnKeys.of(SOURCE, asked.id().toString()),
                now,
                asked.reason()));
        if (outcome instanceof OutOfRange) {
            throw new ProblemException(AdjustmentProblem.BALANCE_OUT_OF_RANGE);
        }
        if (!(outcome instanceof Booked entry)) {
            throw new IllegalStateException("an adjustment that is pending is in the ledger: " + outcome);
        }
        announced.set(LedgerChange.afterEntry(operator.organizationId(), entry.entrySeq(), entry.balanceAfterNanos()));
        Adjustment booked = asked.decided(State.BOOKED, who(operator), now, entry.entrySeq());
        adjustments.decide(operator.organizationKey(), booked, now);
        log(log, operator, "adjustment_booked", booked, state(asked), state(booked));
        return booked;
    }

    private static Usd magnitude(Usd amount) {
        return amount.compareTo(Usd.ZERO) < 0 ? amount.negated() : amount;
    }

    /** The person, whichever credential they show: two of them are not two operators. */
    private static String who(Access operator) {
        return Objects.requireNonNull(operator.caller().principalId());
    }

    private static Map<String, Object> state(Adjustment adjustment) {
        Map<String, Object> state = new LinkedHashMap<>();
        state.put("amountUsd", adjustment.amount().toDecimal());
        state.put("state", adjustment.state().key());
        if (adjustment.entrySeq() != null) {
            state.put("ledgerEntryId", adjustment.entrySeq().toString());
        }
        return state;
    }

    private static void log(
            JdbcAuditLog log,
            Access operator,
            String action,
            Adjustment adjustment,
            Map<String, ?> before,
            Map<String, ?> after) {
        log.add(new AuditRecord(
                operator.organizationKey(),
                operator.actor(),
                operator.origin(),
                action,
                adjustment.id().toString(),
                adjustment.reason(),
                before,
                after));
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
