package dev.aicredits.hold;

import dev.aicredits.hold.HoldAnswer.Ended;
import dev.aicredits.hold.HoldAnswer.HoldsLess;
import dev.aicredits.hold.HoldAnswer.NotFound;
import dev.aicredits.hold.HoldAnswer.UnknownAgent;
import dev.aicredits.hold.HoldCommand.End;
import dev.aicredits.hold.HoldCommand.Reserve;
import dev.aicredits.ledger.BookingOutcome;
import dev.aicredits.ledger.BookingOutcome.Booked;
import dev.aicredits.ledger.BookingOutcome.Conflict;
import dev.aicredits.ledger.BookingOutcome.Duplicate;
import dev.aicredits.ledger.HoldUnusableException;
import dev.aicredits.ledger.JdbcLedger;
import dev.aicredits.ledger.LedgerChange;
import dev.aicredits.ledger.UsageBooking;
import dev.aicredits.money.Usd;
import dev.aicredits.rating.Rated.Priced;
import dev.aicredits.usage.Consumption.Counted;
import dev.aicredits.usage.OwnKeys;
import dev.aicredits.usage.UsageEvent;
import dev.aicredits.usage.UsageKind;
import java.time.Clock;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The holds of all organizations.
 *
 * <p>What it guarantees, whatever is repeated, killed or run at once:
 *
 * <ul>
 *   <li>A hold is made only where its amount fits into what every layer that stops leaves beside the open holds. Runs that
 *       stay within their holds therefore never pass a limit, however many there are at once.
 *   <li>What open holds hold of a layer is the sum of those holds, in every transaction.
 *   <li>A hold ends once. Nobody gets more back than it held, and ending it never credits the balance.
 *   <li>A hold past its end holds nothing, whether or not anything has marked it.
 * </ul>
 *
 * <p>Organizations are named by their key; every call stays within one. What throws may or may not have been done: it is
 * safe to repeat with the same ids.
 */
public final class Holds implements AutoCloseable {

    /** The unit in which a capture stands on the statement. */
    public static final String CAPTURE_UNIT = "hold_capture";

    private static final String CAPTURE_SOURCE = "dev.aicredits.hold/capture";

    private final JdbcHolds holds;
    private final HoldQueue queue;
    private final JdbcLedger ledger;
    private final Consumer<LedgerChange> announced;
    private final Clock clock;

    /**
     * Works on {@code dataSource} as the application's role.
     *
     * @param announced is told what a capture has booked, after its commit and on the caller's thread; it must not throw.
     *     Nothing else that is done to a hold moves a balance or a spend
     * @param lanes how many transactions may be under way at once; each takes a connection
     */
    public Holds(DataSource dataSource, JdbcLedger ledger, Consumer<LedgerChange> announced, Clock clock, int lanes) {
        this.holds = new JdbcHolds(dataSource, clock);
        this.queue = new HoldQueue(holds::execute, lanes, HoldQueue.WAITING_MAX);
        this.ledger = ledger;
        this.announced = announced;
        this.clock = clock;
    }

    /**
     * Reserves what is asked for. Answers {@code Reserved}, {@code Refused}, {@code IdReused}, {@code UnknownAgent},
     * {@code TooManyOpen} or {@code Busy}. An external user who was never seen is registered.
     */
    public HoldAnswer reserve(long organization, HoldRequest request) {
        Optional<HoldTarget> target = holds.target(organization, request.agentId(), request.externalUserId());
        if (target.isEmpty()) {
            return new UnknownAgent();
        }
        return queue.submit(organization, new Reserve(request, target.get()));
    }

    /**
     * Ends a hold and gives back what it holds. Answers {@code Ended}, {@code NotOpen}, {@code NotFound} or {@code Busy}.
     *
     * @param call stands for this call, so that its repetition is answered as it was
     */
    public HoldAnswer release(long organization, UUID holdId, @Nullable UUID call) {
        return queue.submit(organization, new End(holdId, HoldState.RELEASED, call));
    }

    /**
     * Ends a hold: debits {@code amount} as usage of its agent and external user and gives the rest back, in one
     * transaction. With nothing to debit it only gives back what usage events have not captured. Answers {@code Ended},
     * {@code HoldsLess}, {@code NotOpen}, {@code NotFound} or {@code Busy}.
     *
     * @param organizationId the text id of {@code organization}
     * @param amount not negative; on top of what usage events have captured
     * @param call stands for this call, so that its repetition is answered as it was
     */
    public HoldAnswer capture(long organization, String organizationId, UUID holdId, Usd amount, @Nullable UUID call) {
        if (amount.equals(Usd.ZERO)) {
            return queue.submit(organization, new End(holdId, HoldState.CAPTURED, call));
        }
        Optional<Hold> hold = holds.find(organization, holdId);
        Optional<HoldAnswer> refused = refusal(hold, amount, call);
        if (refused.isPresent()) {
            return refused.get();
        }
        UsageBooking booking;
        try {
            booking = ledger.settle(
                    usage(organizationId, hold.orElseThrow(), amount),
                    new Priced(amount.nanos(), Priced.TRUSTED),
                    call);
        } catch (HoldUnusableException e) {
            // It moved since we looked; a hold never gets better, so this time there is a refusal.
            return refusal(holds.find(organization, holdId), amount, call).orElseThrow(() -> e);
        }
        booking.changes().forEach(announced);
        BookingOutcome outcome = booking.outcomes().get(0);
        Hold after = holds.find(organization, holdId).orElseThrow();
        if (outcome instanceof Booked) {
            return new Ended(after);
        }
        if (outcome instanceof Duplicate || outcome instanceof Conflict) {
            // Another call captured it since we looked, and the hold says which.
            return HoldBook.endedBefore(after, HoldState.CAPTURED, call);
        }
        throw new IllegalStateException("a hold's usage can't be booked: " + outcome);
    }

    /** The organization's hold of that id. */
    public Optional<Hold> find(long organization, UUID holdId) {
        return holds.find(organization, holdId);
    }

    /** Marks the holds whose time is over. Any number of processes may do so, as often as they like. */
    public void expireDue() {
        holds.expireDue();
    }

    @Override
    public void close() {
        queue.close();
    }

    /** Why {@code amount} can't be captured of the hold; empty if it can. */
    private static Optional<HoldAnswer> refusal(Optional<Hold> found, Usd amount, @Nullable UUID call) {
        if (found.isEmpty()) {
            return Optional.of(new NotFound());
        }
        Hold hold = found.get();
        if (hold.state() != HoldState.OPEN) {
            return Optional.of(HoldBook.endedBefore(hold, HoldState.CAPTURED, call));
        }
        return amount.compareTo(hold.held()) > 0 ? Optional.of(new HoldsLess(hold, amount)) : Optional.empty();
    }

    private UsageEvent usage(String organizationId, Hold hold, Usd amount) {
        return new UsageEvent(
                OwnKeys.of(CAPTURE_SOURCE, hold.id().toString()),
                organizationId,
                hold.agentId(),
                hold.externalUserId(),
                clock.instant(),
                new Counted(UsageKind.TOOL_CALL, CAPTURE_UNIT, 1),
                amount,
                hold.id());
    }
}
