package dev.aicredits.budget;

import dev.aicredits.budget.LayerUse.Effect;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Whether an agent may spend on someone's behalf: each layer that has a limit, and what follows from all of them.
 *
 * <p>A layer is exhausted when nothing is left of it: spent = limit, balance = 0 (see {@link LayerUse#exhausted()}).
 * What may be spent is the least that is left of a layer that stops; exhausted layers that only warn, or are switched
 * off, do not count.
 *
 * @param credits the organization's credits, which always count
 * @param agent the agent pool; null without a limit
 * @param spender the external user's budget, or the anonymous one; null without a limit
 */
public record BudgetDecision(
        BudgetFacts facts,
        BudgetSource source,
        LayerUse credits,
        @Nullable LayerUse agent,
        @Nullable LayerUse spender) {

    /** From how much of a limit on the status is a warning, in percent. */
    public static final int WARNING_PERCENT = 80;

    /** Decides by {@code facts} alone. */
    public static BudgetDecision of(BudgetFacts facts) {
        BudgetFacts.Held held = facts.held();
        Effect effect = facts.policy().effect();
        LayerUse credits = new LayerUse(
                BudgetLayer.ORGANIZATION_CREDITS, facts.balanceNanos(), 0, held.creditsNanos(), Effect.BLOCKS);
        Long agentLimit = facts.policy().monthlyLimitNanos();
        LayerUse agent = agentLimit == null
                ? null
                : new LayerUse(BudgetLayer.AGENT, agentLimit, facts.agentSpentNanos(), held.agentNanos(), effect);
        BudgetSource source = source(facts);
        Long spenderLimit = spenderLimit(facts, source);
        BudgetLayer spenderLayer =
                facts.spender() instanceof Spender.Identified ? BudgetLayer.EXTERNAL_USER : BudgetLayer.ANONYMOUS;
        LayerUse spender = spenderLimit == null
                ? null
                : new LayerUse(spenderLayer, spenderLimit, facts.spenderSpentNanos(), held.spenderNanos(), effect);
        return new BudgetDecision(facts, source, credits, agent, spender);
    }

    private static BudgetSource source(BudgetFacts facts) {
        if (facts.spender() instanceof Spender.Identified user) {
            if (user.explicitLimitNanos() != null) {
                return BudgetSource.EXPLICIT;
            }
            return facts.policy().defaultUserLimitNanos() == null ? BudgetSource.NONE : BudgetSource.DEFAULT_USER;
        }
        return facts.policy().anonymousLimitNanos() == null ? BudgetSource.NONE : BudgetSource.ANONYMOUS;
    }

    private static @Nullable Long spenderLimit(BudgetFacts facts, BudgetSource source) {
        return switch (source) {
            case EXPLICIT -> ((Spender.Identified) facts.spender()).explicitLimitNanos();
            case DEFAULT_USER -> facts.policy().defaultUserLimitNanos();
            case ANONYMOUS -> facts.policy().anonymousLimitNanos();
            case NONE -> null;
        };
    }

    /** The layers that have a limit, the wider one first. */
    public List<LayerUse> layers() {
        return Stream.of(Optional.of(credits), Optional.ofNullable(agent), Optional.ofNullable(spender))
                .flatMap(Optional::stream)
                .toList();
    }

    /** Of the layers that stop, the one with the least left; of several the widest. */
    public LayerUse mostRestrictive() {
        return layers().stream()
                .filter(LayerUse::blocks)
                .min(Comparator.comparingLong(LayerUse::remainingNanos))
                .orElse(credits);
    }

    /** The exhausted layer that forbids spending; empty if none does. */
    public Optional<LayerUse> blocking() {
        return Optional.of(mostRestrictive()).filter(LayerUse::exhausted);
    }

    /** The layer that {@code amountNanos}, which is above 0, does not fit into; empty if it fits into all that stop. */
    public Optional<LayerUse> refusing(long amountNanos) {
        if (amountNanos <= 0) {
            throw new IllegalArgumentException("an amount to be spent is above 0");
        }
        return Optional.of(mostRestrictive()).filter(layer -> layer.remainingNanos() < amountNanos);
    }

    /** What may still be spent, in nano-USD; negative by an overshoot. */
    public long effectiveRemainingNanos() {
        return mostRestrictive().remainingNanos();
    }

    /** How it stands. That it is blocked outweighs that budgets are switched off, and that outweighs a warning. */
    public BudgetStatus status() {
        if (blocking().isPresent()) {
            return BudgetStatus.BLOCKED;
        }
        if (!facts.policy().enabled()) {
            return BudgetStatus.DISABLED;
        }
        boolean warns = Stream.of(Optional.ofNullable(agent), Optional.ofNullable(spender))
                .flatMap(Optional::stream)
                .anyMatch(layer -> AlertPercents.isReached(WARNING_PERCENT, layer.spentNanos(), layer.limitNanos()));
        return warns ? BudgetStatus.WARNING : BudgetStatus.HEALTHY;
    }

    /** The same for a client to read. */
    public BudgetSnapshot snapshot() {
        return BudgetSnapshot.of(this);
    }
}
