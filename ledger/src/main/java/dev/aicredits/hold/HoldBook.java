package dev.aicredits.hold;

import dev.aicredits.budget.BudgetDecision;
import dev.aicredits.budget.BudgetFacts;
import dev.aicredits.budget.LayerUse;
import dev.aicredits.hold.HoldAnswer.Ended;
import dev.aicredits.hold.HoldAnswer.IdReused;
import dev.aicredits.hold.HoldAnswer.NotFound;
import dev.aicredits.hold.HoldAnswer.NotOpen;
import dev.aicredits.hold.HoldAnswer.Refused;
import dev.aicredits.hold.HoldAnswer.Reserved;
import dev.aicredits.hold.HoldAnswer.TooManyOpen;
import dev.aicredits.hold.HoldCommand.End;
import dev.aicredits.hold.HoldCommand.Reserve;
import dev.aicredits.hold.HoldTarget.HeldLayer;
import dev.aicredits.money.Usd;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One organization's holds at one moment, under its lock: decides commands one after the other, each upon what those before
 * it did, and keeps what is to be written. Pure.
 */
final class HoldBook {

    /** The most holds that an organization may have open. */
    static final long OPEN_MAX = 100_000;

    /** A hold and whom it is for in the keys of tables. */
    record Row(Hold hold, HoldTarget target) {}

    /**
     * What was read.
     *
     * @param rows the holds that the commands are about, those there are
     * @param layers of every target that something is to be reserved for
     */
    record Read(Map<UUID, Row> rows, Layers layers) {}

    /**
     * How budget layers stand.
     *
     * @param openHolds how many the organization has; 0 if there is no target
     */
    record Layers(Map<HoldTarget, BudgetFacts> facts, long openHolds) {}

    /** By how much a row of {@code held} moves. */
    static final class Move {
        long nanos;
        long holds;
    }

    private final Instant now;
    private final Map<UUID, Row> rows;
    private final Map<HoldTarget, BudgetFacts> facts;
    private final long openHolds;
    private final Map<UUID, Boolean> touched = new LinkedHashMap<>();
    private final Map<HeldLayer, Move> moves = new LinkedHashMap<>();

    HoldBook(Instant now, Read read) {
        this.now = now;
        this.rows = new HashMap<>(read.rows());
        this.facts = read.layers().facts();
        this.openHolds = read.layers().openHolds();
    }

    HoldAnswer apply(HoldCommand command) {
        return command instanceof Reserve reserve ? reserve(reserve) : end((End) command);
    }

    /** The holds that are new, as they are after all commands. */
    List<Row> created() {
        return touched(true);
    }

    /** The holds that were there and have ended. */
    List<Row> ended() {
        return touched(false);
    }

    /** How the layers move, in the order of their first command. */
    Map<HeldLayer, Move> moves() {
        return moves;
    }

    private HoldAnswer reserve(Reserve command) {
        HoldRequest request = command.request();
        Row there = rows.get(request.id());
        if (there != null) {
            return there.hold().answers(request) ? new Reserved(there.hold().at(now)) : new IdReused();
        }
        if (openHolds + moved(HeldLayer.ORGANIZATION).holds >= OPEN_MAX) {
            return new TooManyOpen();
        }
        BudgetDecision decision = BudgetDecision.of(factsNow(command.target()));
        Optional<LayerUse> refusing = decision.refusing(request.amount().nanos());
        if (refusing.isPresent()) {
            return new Refused(decision, refusing.get());
        }
        Hold hold = new Hold(
                request.id(),
                request.agentId(),
                request.externalUserId(),
                request.amount(),
                Usd.ZERO,
                HoldState.OPEN,
                now,
                now.plus(request.lasts()),
                null,
                null);
        rows.put(hold.id(), new Row(hold, command.target()));
        touched.put(hold.id(), true);
        move(command.target(), hold.held().nanos(), 1);
        return new Reserved(hold);
    }

    private HoldAnswer end(End command) {
        Row row = rows.get(command.holdId());
        if (row == null) {
            return new NotFound();
        }
        Hold hold = row.hold().at(now);
        if (hold.state() != HoldState.OPEN) {
            return endedBefore(hold, command.as(), command.call());
        }
        Hold ended = hold.ended(command.as(), now, command.call());
        rows.put(ended.id(), new Row(ended, row.target()));
        touched.putIfAbsent(ended.id(), false);
        move(row.target(), -hold.held().nanos(), -1);
        return new Ended(ended);
    }

    /** What a call is told of a hold that is not open: whether it was this call that ended it. */
    static HoldAnswer endedBefore(Hold hold, HoldState as, @Nullable UUID call) {
        boolean byThisCall = hold.state() == as && call != null && call.equals(hold.endedBy());
        return byThisCall ? new Ended(hold) : new NotOpen(hold);
    }

    private BudgetFacts factsNow(HoldTarget target) {
        BudgetFacts read = Objects.requireNonNull(facts.get(target));
        BudgetFacts.Held held = read.held();
        BudgetFacts.Held heldNow = new BudgetFacts.Held(
                held.creditsNanos() + moved(HeldLayer.ORGANIZATION).nanos,
                held.agentNanos() + moved(target.agent()).nanos,
                held.spenderNanos() + moved(target.spender()).nanos);
        return new BudgetFacts(
                read.window(),
                read.policy(),
                read.spender(),
                read.agentSpentNanos(),
                read.spenderSpentNanos(),
                read.balanceNanos(),
                heldNow);
    }

    private void move(HoldTarget target, long nanos, long holds) {
        for (HeldLayer layer : List.of(HeldLayer.ORGANIZATION, target.agent(), target.spender())) {
            Move move = moved(layer);
            move.nanos = Math.addExact(move.nanos, nanos);
            move.holds += holds;
        }
    }

    private Move moved(HeldLayer layer) {
        return moves.computeIfAbsent(layer, absent -> new Move());
    }

    private List<Row> touched(boolean created) {
        return touched.entrySet().stream()
                .filter(entry -> entry.getValue() == created)
                .map(entry -> Objects.requireNonNull(rows.get(entry.getKey())))
                .toList();
    }
}
