package dev.aicredits.budget;

import static dev.aicredits.budget.BudgetLayer.AGENT;
import static dev.aicredits.budget.BudgetLayer.ANONYMOUS;
import static dev.aicredits.budget.BudgetLayer.EXTERNAL_USER;
import static dev.aicredits.budget.BudgetLayer.ORGANIZATION_CREDITS;
import static dev.aicredits.budget.EnforcementMode.ALERT_ONLY;
import static dev.aicredits.budget.EnforcementMode.HARD_BLOCK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

import dev.aicredits.budget.BudgetFacts.Held;
import dev.aicredits.budget.Spender.Anonymous;
import dev.aicredits.budget.Spender.Identified;
import dev.aicredits.money.Usd;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BudgetDecisionTest {

    private static final MonthWindow MARCH = new MonthWindow(LocalDate.of(2026, 3, 1));

    // Credits; the agent's limit and spend; the external user's limit; the anonymous calls' limit; the spender's spend.
    @ParameterizedTest(name = "{0} credits, agent {2} of {1}, {6} of user {3} default {4} anonymous {5}: {7}")
    @CsvSource({
        "  1,   ,  0,   ,   ,   ,  0, identified, healthy,   ",
        "  0,   ,  0,   ,   ,   ,  0, identified, blocked, organization",
        " -1,   ,  0,   ,   ,   ,  0, anonymous,  blocked, organization",
        "100, 10,  7,   ,   ,   ,  0, identified, healthy,   ",
        "100, 10,  8,   ,   ,   ,  0, identified, warning,   ",
        "100, 10,  9,   ,   ,   ,  0, identified, warning,   ",
        "100, 10, 10,   ,   ,   ,  0, identified, blocked, agent",
        "100, 10, 11,   ,   ,   ,  0, anonymous,  blocked, agent",
        "100,  0,  0,   ,   ,   ,  0, anonymous,  blocked, agent",
        "100,   , 99, 10,   ,   ,  9, identified, warning,   ",
        "100,   , 99, 10,   ,   , 10, identified, blocked, external_user",
        "100,   , 99,   , 10,   , 10, identified, blocked, external_user",
        "100,   , 99, 20, 10,   , 10, identified, healthy,   ",
        "100,   , 99, 10, 20,   , 10, identified, blocked, external_user",
        "100,   ,  0,  0,   ,   ,  0, identified, blocked, external_user",
        "100,   ,  0,   ,  0,   ,  0, identified, blocked, external_user",
        "100,   , 99,   ,   , 10,  9, anonymous,  warning,   ",
        "100,   , 99,   ,   , 10, 10, anonymous,  blocked, anonymous",
        "100,   ,  0,   ,   ,  0,  0, anonymous,  blocked, anonymous",
        "100,   , 99,   ,   , 10, 10, identified, healthy,   ",
        "100,   , 99, 10, 10,   , 10, anonymous,  healthy,   ",
        "  0, 10, 10,   ,   ,   ,  0, identified, blocked, organization",
        " -2, 10, 11,   ,   ,   ,  0, identified, blocked, organization",
        " -1, 10, 12,   ,   ,   ,  0, identified, blocked, agent",
        "  0,   ,  0, 10,   ,   , 10, identified, blocked, organization",
        "  0,   ,  0, 10,   ,   , 11, identified, blocked, external_user",
        "  0,   ,  0,   ,   , 10, 11, anonymous,  blocked, anonymous",
        "100, 10, 10, 10,   ,   , 10, identified, blocked, agent",
        "100, 10, 10, 10,   ,   , 11, identified, blocked, external_user",
        "100, 10,  9,   , 10,   , 10, identified, blocked, external_user",
        "100, 10, 10,   , 10,   ,  9, identified, blocked, agent",
        "100, 10, 10,   ,   , 10,  9, anonymous,  blocked, agent",
        "100, 10,  9,   ,   , 10, 10, anonymous,  blocked, anonymous",
    })
    void theMostRestrictiveLayerThatAppliesDecides(
            long credits,
            @Nullable Long agentLimit,
            long agentSpent,
            @Nullable Long userLimit,
            @Nullable Long defaultLimit,
            @Nullable Long anonymousLimit,
            long spent,
            String identity,
            String status,
            @Nullable String blocking) {
        Spender spender = identity.equals("anonymous") ? new Anonymous() : new Identified("u", null, userLimit);
        AgentBudget hard = new AgentBudget(true, agentLimit, defaultLimit, anonymousLimit, HARD_BLOCK);
        BudgetFacts facts = new BudgetFacts(MARCH, hard, spender, agentSpent, spent, credits, Held.NONE);

        BudgetDecision decision = BudgetDecision.of(facts);

        assertThat(decision.status().wireName()).isEqualTo(status);
        assertThat(decision.blocking().map(layer -> layer.layer().scope())).isEqualTo(Optional.ofNullable(blocking));
        assertThat(decision.effectiveRemainingNanos() <= 0).isEqualTo(blocking != null);

        AgentBudget alertOnly = new AgentBudget(true, agentLimit, defaultLimit, anonymousLimit, ALERT_ONLY);
        AgentBudget off = new AgentBudget(false, agentLimit, defaultLimit, anonymousLimit, HARD_BLOCK);
        BudgetDecision warned =
                BudgetDecision.of(new BudgetFacts(MARCH, alertOnly, spender, agentSpent, spent, credits, Held.NONE));
        BudgetDecision disabled =
                BudgetDecision.of(new BudgetFacts(MARCH, off, spender, agentSpent, spent, credits, Held.NONE));
        assertThat(warned.status().wireName())
                .isEqualTo(credits <= 0 ? "blocked" : status.equals("healthy") ? "healthy" : "warning");
        assertThat(disabled.status().wireName()).isEqualTo(credits <= 0 ? "blocked" : "disabled");
        assertThat(warned.effectiveRemainingNanos()).isEqualTo(credits);
        assertThat(disabled.effectiveRemainingNanos()).isEqualTo(credits);
    }

    @Test
    void whatIsLeftIsTheLeastOfTheLayersThatStop() {
        long seed = ThreadLocalRandom.current().nextLong();
        Random random = new Random(seed);
        for (int i = 0; i < 5_000; i++) {
            AgentBudget policy = new AgentBudget(
                    random.nextInt(5) > 0,
                    limit(random),
                    limit(random),
                    limit(random),
                    random.nextBoolean() ? HARD_BLOCK : ALERT_ONLY);
            Spender spender = random.nextBoolean() ? new Anonymous() : new Identified("u", "U", limit(random));
            long spent = random.nextInt(20);
            Held held = new Held(random.nextInt(4), random.nextInt(4), random.nextInt(4));
            BudgetFacts facts = new BudgetFacts(
                    MARCH, policy, spender, spent + random.nextInt(5), spent, random.nextLong(-3, 22), held);

            BudgetDecision decision = BudgetDecision.of(facts);

            long expected = facts.balanceNanos() - held.creditsNanos();
            if (policy.enabled() && policy.mode() == HARD_BLOCK) {
                if (policy.monthlyLimitNanos() != null) {
                    expected = Math.min(
                            expected, policy.monthlyLimitNanos() - facts.agentSpentNanos() - held.agentNanos());
                }
                Long own = spender instanceof Identified user
                        ? user.explicitLimitNanos() == null ? policy.defaultUserLimitNanos() : user.explicitLimitNanos()
                        : policy.anonymousLimitNanos();
                if (own != null) {
                    expected = Math.min(expected, own - spent - held.spenderNanos());
                }
            }
            assertThat(decision.effectiveRemainingNanos())
                    .as("seed %d, %s", seed, facts)
                    .isEqualTo(expected);
            assertThat(decision.status() == BudgetStatus.BLOCKED).isEqualTo(expected <= 0);
            assertThat(decision.blocking().isPresent()).isEqualTo(expected <= 0);
            long amount = random.nextLong(1, 11);
            assertThat(decision.refusing(amount).isPresent()).isEqualTo(amount > expected);
            assertThat(decision.snapshot().effectiveRemainingUsd()).isEqualTo(Usd.ofNanos(expected));
        }
    }

    @Test
    void holdsLeaveLessInTheirLayersAndAreNotSpent() {
        AgentBudget policy = new AgentBudget(true, 100L, 50L, null, HARD_BLOCK);
        BudgetFacts facts =
                new BudgetFacts(MARCH, policy, new Identified("u", null, null), 20, 10, 1_000, new Held(7, 5, 3));

        BudgetDecision decision = BudgetDecision.of(facts);

        assertThat(decision.layers())
                .extracting(LayerUse::layer, LayerUse::remainingNanos)
                .containsExactly(tuple(ORGANIZATION_CREDITS, 993L), tuple(AGENT, 75L), tuple(EXTERNAL_USER, 37L));
        assertThat(decision.refusing(37)).isEmpty();
        assertThat(decision.refusing(38).map(LayerUse::layer)).contains(EXTERNAL_USER);
        assertThat(decision.snapshot().userCurrentMonthSpendUsd()).isEqualTo(Usd.ofNanos(10));
    }

    @Test
    void theSnapshotIsTheContracts() {
        AgentBudget policy = new AgentBudget(true, 100L, 50L, 30L, HARD_BLOCK);
        BudgetFacts facts = new BudgetFacts(MARCH, policy, new Identified("u", "Ada", null), 60, 41, 500, Held.NONE);

        assertThat(BudgetDecision.of(facts).snapshot())
                .isEqualTo(new BudgetSnapshot(
                        true,
                        "USD",
                        "identified",
                        "u",
                        "Ada",
                        BudgetSource.DEFAULT_USER,
                        Instant.parse("2026-03-01T00:00:00Z"),
                        Instant.parse("2026-04-01T00:00:00Z"),
                        Usd.ofNanos(100),
                        Usd.ofNanos(60),
                        Usd.ofNanos(40),
                        Usd.ofNanos(50),
                        Usd.ofNanos(41),
                        Usd.ofNanos(9),
                        Usd.ofNanos(500),
                        Usd.ofNanos(9),
                        BudgetStatus.WARNING));
        assertThat(BudgetDecision.of(new BudgetFacts(MARCH, policy, new Anonymous(), 60, 30, 500, Held.NONE))
                        .snapshot())
                .extracting(
                        BudgetSnapshot::identityType,
                        BudgetSnapshot::budgetSource,
                        BudgetSnapshot::externalUserId,
                        BudgetSnapshot::status)
                .containsExactly("anonymous", BudgetSource.ANONYMOUS, null, BudgetStatus.BLOCKED);
    }

    @Test
    void percentsAreReachedExactlyWhateverTheLimit() {
        long seed = ThreadLocalRandom.current().nextLong();
        Random random = new Random(seed);
        for (int i = 0; i < 5_000; i++) {
            long limit = random.nextLong() >>> (1 + random.nextInt(63));
            long spent = random.nextBoolean() ? limit / 2 + random.nextInt(3) - 1 : random.nextLong() >>> 1;
            int percent = 1 + random.nextInt(100);
            boolean expected = BigInteger.valueOf(spent)
                            .multiply(BigInteger.valueOf(100))
                            .compareTo(BigInteger.valueOf(limit).multiply(BigInteger.valueOf(percent)))
                    >= 0;
            assertThat(AlertPercents.isReached(percent, spent, limit))
                    .as("seed %d: %d percent of %d at %d", seed, percent, limit, spent)
                    .isEqualTo(expected);
        }
        AlertPercents usual = AlertPercents.USUAL;
        assertThat(List.of(usual.reached(49, 100), usual.reached(50, 100), usual.reached(99, 100), usual.reached(0, 0)))
                .containsExactly(0, 50, 80, 100);
    }

    @ParameterizedTest
    @CsvSource({
        "2028-02-29T23:59:59.999999999Z, 2028-02-01, 2028-03-01T00:00:00Z",
        "2026-12-31T23:59:59Z, 2026-12-01, 2027-01-01T00:00:00Z",
        "2026-03-01T00:00:00Z, 2026-03-01, 2026-04-01T00:00:00Z"
    })
    void aWindowIsAUtcCalendarMonth(Instant time, LocalDate start, Instant end) {
        assertThat(MonthWindow.of(time)).isEqualTo(new MonthWindow(start));
        assertThat(MonthWindow.of(time).endUtc()).isEqualTo(end);
    }

    @Test
    void whatIsNoBudgetIsRefused() {
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> new AgentBudget(true, -1L, null, null, HARD_BLOCK));
        assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> new AlertPercents(List.of(50, 101)));
        assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> BudgetDecision.of(
                        new BudgetFacts(MARCH, AgentBudget.UNSET, new Anonymous(), 0, 0, 5, Held.NONE))
                .refusing(0));
        assertThat(BudgetLayer.ofScope("anonymous")).isEqualTo(ANONYMOUS);
    }

    private static @Nullable Long limit(Random random) {
        return random.nextInt(3) == 0 ? null : (long) random.nextInt(20);
    }
}
