package dev.aicredits.hold;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicredits.budget.AgentBudget;
import dev.aicredits.budget.EnforcementMode;
import dev.aicredits.hold.HoldAnswer.Ended;
import dev.aicredits.hold.HoldAnswer.Refused;
import dev.aicredits.hold.HoldAnswer.Reserved;
import dev.aicredits.hold.HoldSystem.Organization;
import dev.aicredits.ledger.JdbcOrganizations;
import dev.aicredits.ledger.NewEntry;
import dev.aicredits.money.Usd;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Random holds, captures, releases, usage, budgets and passing time, over the turn of a month, against {@link HoldModel}. */
class RandomHoldsTest {

    private static final HoldSystem SYSTEM = new HoldSystem();
    private static final Holds ANOTHER = SYSTEM.another();
    private static final int STEPS = 250;

    static List<Long> seeds() {
        return List.of(1L, 2L, ThreadLocalRandom.current().nextLong());
    }

    @AfterAll
    static void close() {
        ANOTHER.close();
        SYSTEM.close();
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void holdsAgreeWithTheModel(long seed) {
        History history = new History(seed);
        for (int step = 0; step < STEPS; step++) {
            history.step("seed %d, step %d".formatted(seed, step));
        }
        history.agree("seed " + seed);
        assertThat(history.refused).as("refusals of seed %d", seed).isPositive();
        assertThat(history.reserved).as("holds of seed %d", seed).isPositive();
        assertThat(SYSTEM.audit()).as("seed %d", seed).isEmpty();
    }

    private static final class History {

        private final Random random;
        private final Organization org = SYSTEM.organization("0.0000005");
        private final List<String> agents = List.of(org.agent(), org.agent() + "_2");
        private final HoldModel model = new HoldModel(500);
        private final List<UUID> ids = new ArrayList<>();
        int refused;
        int reserved;

        History(long seed) {
            random = new Random(seed);
            new JdbcOrganizations(SYSTEM.database.app(), SYSTEM.clock)
                    .registerAgent(org.id(), agents.get(1), "Another", null);
            agents.forEach(this::changePolicy);
        }

        void step(String where) {
            SYSTEM.clock.advance(Duration.ofSeconds(random.nextInt(100) == 0 ? 86_400 * 9L : random.nextInt(30)));
            switch (random.nextInt(10)) {
                case 0, 1, 2, 3 -> reserve(where);
                case 4, 5 -> use();
                case 6 -> end(where, HoldState.RELEASED, 0);
                case 7 -> end(where, HoldState.CAPTURED, random.nextInt(3) == 0 ? 0 : random.nextInt(40));
                case 8 -> changePolicy(agent());
                default -> topUp();
            }
            assertThat(SYSTEM.balance(org).nanos()).as(where).isEqualTo(model.balance);
        }

        void agree(String where) {
            SYSTEM.holds.expireDue();
            model.expire(SYSTEM.clock.instant());
            assertThat(SYSTEM.held(org).nanos()).as(where).isEqualTo(model.held());
            model.holds.forEach((id, entry) -> {
                Hold hold = SYSTEM.find(org, id);
                assertThat(hold.state()).as(where).isEqualTo(entry.state);
                assertThat(hold.captured().nanos()).as(where).isEqualTo(entry.captured);
            });
        }

        private void reserve(String where) {
            UUID id = new UUID(random.nextLong(), random.nextLong());
            String agent = agent();
            String user = user();
            Usd amount = Usd.ofNanos(1 + random.nextInt(120));
            Duration lasts = Duration.ofSeconds(1 + random.nextInt(300));
            HoldAnswer answer = holds().reserve(org.key(), new HoldRequest(id, agent, user, amount, lasts));
            boolean fits = model.reserve(id, agent, user, amount.nanos(), lasts, SYSTEM.clock.instant());

            assertThat(answer).as(where).isInstanceOf(fits ? Reserved.class : Refused.class);
            if (fits) {
                ids.add(id);
                reserved++;
            } else {
                refused++;
            }
        }

        private void use() {
            UUID hold = ids.isEmpty() || random.nextInt(3) == 0 ? null : anyHold();
            HoldModel.Entry entry = hold == null ? null : model.holds.get(hold);
            boolean theirs = entry != null && random.nextInt(4) > 0;
            String agent = theirs ? entry.agent : agent();
            String user = theirs ? entry.user : user();
            long nanos = random.nextInt(30);
            SYSTEM.use(SYSTEM.usage(org.id(), agent, user, UUID.randomUUID(), hold), Usd.ofNanos(nanos));
            model.use(agent, user, nanos, hold, SYSTEM.clock.instant());
        }

        private void end(String where, HoldState as, long nanos) {
            UUID id = ids.isEmpty() || random.nextInt(20) == 0 ? UUID.randomUUID() : anyHold();
            HoldAnswer answer = as == HoldState.RELEASED
                    ? holds().release(org.key(), id, null)
                    : holds().capture(org.key(), org.id(), id, Usd.ofNanos(nanos), null);
            boolean ended = model.end(id, as, nanos, SYSTEM.clock.instant());
            assertThat(answer instanceof Ended).as("%s: %s", where, answer).isEqualTo(ended);
        }

        private void topUp() {
            long nanos = 1L + random.nextInt(60);
            SYSTEM.ledger.book(NewEntry.adjustment(
                    org.id(), Usd.ofNanos(nanos), UUID.randomUUID(), SYSTEM.clock.instant(), "more"));
            model.balance += nanos;
        }

        private void changePolicy(String agent) {
            AgentBudget policy = new AgentBudget(
                    random.nextInt(8) > 0,
                    limit(),
                    limit(),
                    limit(),
                    random.nextInt(6) == 0 ? EnforcementMode.ALERT_ONLY : EnforcementMode.HARD_BLOCK);
            SYSTEM.policy(org.id(), agent, policy);
            model.policies.put(agent, policy);
            if (random.nextBoolean()) {
                long own = random.nextInt(300);
                SYSTEM.budgets.setUserBudget(org.id(), agent, "user_1", own);
                model.userLimits.put(agent + " user_1", own);
            } else {
                SYSTEM.budgets.removeUserBudget(org.id(), agent, "user_1");
                model.userLimits.remove(agent + " user_1");
            }
        }

        private @Nullable Long limit() {
            return random.nextInt(3) == 0 ? null : (long) random.nextInt(400);
        }

        private UUID anyHold() {
            // The latest are the ones still open.
            return ids.get(Math.max(0, ids.size() - 1 - random.nextInt(12)));
        }

        private Holds holds() {
            return random.nextBoolean() ? SYSTEM.holds : ANOTHER;
        }

        private String agent() {
            return agents.get(random.nextInt(2));
        }

        private @Nullable String user() {
            int number = random.nextInt(3);
            return number == 0 ? null : "user_" + number;
        }
    }
}
