package dev.aicredits.hold;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.aicredits.budget.AgentBudget;
import dev.aicredits.budget.BudgetLayer;
import dev.aicredits.budget.EnforcementMode;
import dev.aicredits.hold.HoldAnswer.Ended;
import dev.aicredits.hold.HoldAnswer.HoldsLess;
import dev.aicredits.hold.HoldAnswer.IdReused;
import dev.aicredits.hold.HoldAnswer.NotFound;
import dev.aicredits.hold.HoldAnswer.NotOpen;
import dev.aicredits.hold.HoldAnswer.Refused;
import dev.aicredits.hold.HoldAnswer.Reserved;
import dev.aicredits.hold.HoldAnswer.UnknownAgent;
import dev.aicredits.hold.HoldSystem.Organization;
import dev.aicredits.ledger.BookingOutcome.Booked;
import dev.aicredits.ledger.BookingOutcome.Duplicate;
import dev.aicredits.money.Usd;
import dev.aicredits.usage.DedupeKeys;
import dev.aicredits.usage.UsageEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HoldsTest {

    private static final HoldSystem SYSTEM = new HoldSystem();
    private static final Usd NOTHING = Usd.ZERO;

    @AfterEach
    void nothingHasDrifted() {
        assertThat(SYSTEM.audit()).isEmpty();
    }

    @AfterAll
    static void close() {
        SYSTEM.close();
    }

    @Test
    void aHoldTakesFromWhatIsAvailableAndNotFromTheBalance() {
        Organization org = SYSTEM.organization("10");

        Hold hold = reserve(org, "user", "6");

        assertThat(hold.held()).isEqualTo(Usd.of("6"));
        assertThat(SYSTEM.balance(org)).isEqualTo(Usd.of("10"));
        assertThat(SYSTEM.held(org)).isEqualTo(Usd.of("6"));
        assertRefused(ask(org, "other", "4.000000001"), BudgetLayer.ORGANIZATION_CREDITS);
        assertThat(ask(org, "other", "4")).isInstanceOf(Reserved.class);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "10, -, -, -, user, ORGANIZATION_CREDITS",
                "10, -, -, -, -, ORGANIZATION_CREDITS",
                "99, 10, -, -, user, AGENT",
                "99, 10, -, -, -, AGENT",
                "99, -, 10, -, user, EXTERNAL_USER",
                "99, -, -, 10, -, ANONYMOUS",
                "99, 11, 10, 9, user, EXTERNAL_USER",
                "11, 12, 99, 10, -, ANONYMOUS"
            })
    void of64AtOnceOnRoomForTenExactlyTenAreMade(
            String balance,
            @Nullable String agent,
            @Nullable String user,
            @Nullable String anonymous,
            @Nullable String spender,
            BudgetLayer blocking) {
        Organization org = SYSTEM.organization(balance);
        SYSTEM.policy(org, agent, user, anonymous);

        List<HoldAnswer> answers = new ArrayList<>();
        try (Holds another = SYSTEM.another()) {
            ExecutorService clients = Executors.newFixedThreadPool(64);
            List<CompletableFuture<HoldAnswer>> asked = new ArrayList<>();
            for (int i = 0; i < 64; i++) {
                Holds holds = i % 2 == 0 ? SYSTEM.holds : another;
                asked.add(CompletableFuture.supplyAsync(
                        () -> holds.reserve(org.key(), HoldSystem.request(org, spender, "1")), clients));
            }
            asked.forEach(answer -> answers.add(answer.join()));
            clients.shutdown();
        }

        assertThat(answers.stream().filter(Reserved.class::isInstance)).hasSize(10);
        assertThat(answers.stream().filter(answer -> !(answer instanceof Reserved)))
                .allSatisfy(answer -> assertRefused(answer, blocking));
        assertThat(SYSTEM.held(org)).isEqualTo(Usd.of("10"));
    }

    @Test
    void whatWasSpentLeavesLessToReserve() {
        Organization org = SYSTEM.organization("10");
        SYSTEM.policy(org, "5", null, null);
        SYSTEM.use(org, "user", "3", null);

        assertRefused(ask(org, "user", "2.1"), BudgetLayer.AGENT);
        assertThat(ask(org, "user", "2")).isInstanceOf(Reserved.class);
    }

    @Test
    void budgetsThatOnlyWarnOrAreOffRefuseNothing() {
        Organization org = SYSTEM.organization("10");
        Usd none = Usd.ZERO;
        SYSTEM.policy(
                org.id(),
                org.agent(),
                new AgentBudget(true, none.nanos(), none.nanos(), none.nanos(), EnforcementMode.ALERT_ONLY));
        assertThat(ask(org, "user", "4")).isInstanceOf(Reserved.class);

        SYSTEM.policy(
                org.id(),
                org.agent(),
                new AgentBudget(false, none.nanos(), none.nanos(), none.nanos(), EnforcementMode.HARD_BLOCK));
        assertThat(ask(org, null, "4")).isInstanceOf(Reserved.class);
        assertRefused(ask(org, null, "4"), BudgetLayer.ORGANIZATION_CREDITS);
    }

    @Test
    void theSameRequestGetsTheSameHoldAndAnotherWithItsIdIsRefused() {
        Organization org = SYSTEM.organization("10");
        HoldRequest request = HoldSystem.request(org, "user", "6");

        HoldAnswer first = SYSTEM.holds.reserve(org.key(), request);
        HoldAnswer again = SYSTEM.holds.reserve(org.key(), request);

        assertThat(again).isEqualTo(first);
        assertThat(SYSTEM.held(org)).isEqualTo(Usd.of("6"));
        assertThat(SYSTEM.holds.reserve(org.key(), with(request, org.agent(), "user", "5")))
                .isInstanceOf(IdReused.class);
        assertThat(SYSTEM.holds.reserve(org.key(), with(request, org.agent(), null, "6")))
                .isInstanceOf(IdReused.class);
        assertThat(SYSTEM.held(org)).isEqualTo(Usd.of("6"));
    }

    @Test
    void usageThatNamesItsHoldTakesFromItAndWhatGoesBeyondIsADebitLikeAnyOther() {
        Organization org = SYSTEM.organization("10");
        UUID id = reserve(org, "user", "4").id();

        assertThat(SYSTEM.use(org, "user", "3", id)).isInstanceOf(Booked.class);

        assertThat(SYSTEM.find(org, id).captured()).isEqualTo(Usd.of("3"));
        assertThat(SYSTEM.held(org)).isEqualTo(Usd.of("1"));
        assertThat(SYSTEM.balance(org)).isEqualTo(Usd.of("7"));

        SYSTEM.use(org, "user", "3", id);

        assertThat(SYSTEM.find(org, id).captured()).isEqualTo(Usd.of("4"));
        assertThat(SYSTEM.held(org)).isEqualTo(NOTHING);
        assertThat(SYSTEM.balance(org)).isEqualTo(Usd.of("4"));
        assertThat(SYSTEM.find(org, id).state()).isEqualTo(HoldState.OPEN);
    }

    @Test
    void usageThatIsDeliveredAgainTakesFromItsHoldOnce() {
        Organization org = SYSTEM.organization("10");
        UUID id = reserve(org, "user", "4").id();
        UsageEvent usage = SYSTEM.usage(org.id(), org.agent(), "user", UUID.randomUUID(), id);

        assertThat(SYSTEM.use(usage, Usd.of("1"))).isInstanceOf(Booked.class);
        assertThat(SYSTEM.use(usage, Usd.of("1"))).isInstanceOf(Duplicate.class);

        assertThat(SYSTEM.find(org, id).captured()).isEqualTo(Usd.of("1"));
    }

    @Test
    void usageOfAnotherUserOrOfAnEndedHoldIsDebitedAndTakesFromNoHold() {
        Organization org = SYSTEM.organization("10");
        UUID id = reserve(org, "user", "4").id();
        UUID released = reserve(org, "user", "1").id();
        SYSTEM.holds.release(org.key(), released, null);

        SYSTEM.use(org, "other", "1", id);
        SYSTEM.use(org, null, "1", id);
        SYSTEM.use(org, "user", "1", released);
        SYSTEM.use(org, "user", "1", UUID.randomUUID());
        SYSTEM.use(SYSTEM.organization("5"), "user", "1", id);

        assertThat(SYSTEM.find(org, id).captured()).isEqualTo(NOTHING);
        assertThat(SYSTEM.balance(org)).isEqualTo(Usd.of("6"));
        assertThat(SYSTEM.held(org)).isEqualTo(Usd.of("4"));
    }

    @Test
    void aCaptureDebitsItsAmountAsUsageAndGivesTheRestBack() {
        Organization org = SYSTEM.organization("10");
        UUID id = reserve(org, "user", "4").id();
        SYSTEM.use(org, "user", "1", id);

        assertThat(capture(org, id, "2", null)).isInstanceOf(Ended.class);

        Hold hold = SYSTEM.find(org, id);
        assertThat(hold.state()).isEqualTo(HoldState.CAPTURED);
        assertThat(hold.captured()).isEqualTo(Usd.of("3"));
        assertThat(SYSTEM.held(org)).isEqualTo(NOTHING);
        assertThat(SYSTEM.balance(org)).isEqualTo(Usd.of("7"));
        assertThat(SYSTEM.budgets
                        .facts(org.id(), org.agent(), "user")
                        .orElseThrow()
                        .spenderSpentNanos())
                .isEqualTo(Usd.of("3").nanos());
    }

    /** Whoever made a hold knows its id, and a usage event's id may be any UUID. */
    @Test
    void whatUsageHasTakenOfAHoldsKeyDoesNotKeepItFromBeingCaptured() {
        Organization org = SYSTEM.organization("10");
        UUID id = reserve(org, "user", "4").id();
        UUID taken = DedupeKeys.of("dev.aicredits.hold/capture", "hold " + id);
        SYSTEM.use(SYSTEM.usage(org.id(), org.agent(), "user", taken, null), Usd.of("1"));

        assertThat(capture(org, id, "2", null)).isInstanceOf(Ended.class);

        assertThat(SYSTEM.balance(org)).isEqualTo(Usd.of("7"));
    }

    @Test
    void aCaptureOfNothingDebitsNothing() {
        Organization org = SYSTEM.organization("10");
        UUID id = reserve(org, null, "4").id();

        assertThat(capture(org, id, "0", null)).isInstanceOf(Ended.class);

        assertThat(SYSTEM.balance(org)).isEqualTo(Usd.of("10"));
        assertThat(SYSTEM.held(org)).isEqualTo(NOTHING);
    }

    @Test
    void moreThanIsHeldIsNotCaptured() {
        Organization org = SYSTEM.organization("10");
        UUID id = reserve(org, "user", "4").id();
        SYSTEM.use(org, "user", "1", id);

        assertThat(capture(org, id, "3.000000001", null)).isInstanceOf(HoldsLess.class);

        assertThat(SYSTEM.balance(org)).isEqualTo(Usd.of("9"));
        assertThat(SYSTEM.held(org)).isEqualTo(Usd.of("3"));
    }

    @ParameterizedTest
    @CsvSource({"0", "1.5"})
    void aHoldIsCapturedOnceAndTheSameCallIsAnsweredAsBefore(String usd) {
        Organization org = SYSTEM.organization("10");
        UUID id = reserve(org, "user", "4").id();
        UUID call = UUID.randomUUID();

        HoldAnswer first = capture(org, id, usd, call);

        assertThat(first).isInstanceOf(Ended.class);
        assertThat(capture(org, id, usd, call)).isEqualTo(first);
        assertThat(capture(org, id, usd, UUID.randomUUID())).isInstanceOf(NotOpen.class);
        assertThat(capture(org, id, usd, null)).isInstanceOf(NotOpen.class);
        assertThat(SYSTEM.holds.release(org.key(), id, call)).isInstanceOf(NotOpen.class);
        assertThat(SYSTEM.balance(org)).isEqualTo(Usd.of("10").minus(Usd.of(usd)));
        assertThat(SYSTEM.held(org)).isEqualTo(NOTHING);
    }

    @Test
    void of32CapturesAtOnceOneDebits() {
        Organization org = SYSTEM.organization("10");
        UUID id = reserve(org, "user", "4").id();

        ExecutorService clients = Executors.newFixedThreadPool(32);
        List<CompletableFuture<HoldAnswer>> asked = new ArrayList<>();
        for (int i = 0; i < 32; i++) {
            String usd = "0." + (1 + i % 9);
            UUID call = UUID.randomUUID();
            asked.add(CompletableFuture.supplyAsync(
                    () -> usd.equals("0.9") ? SYSTEM.holds.release(org.key(), id, call) : capture(org, id, usd, call),
                    clients));
        }
        List<HoldAnswer> answers = asked.stream().map(CompletableFuture::join).toList();
        clients.shutdown();

        assertThat(answers.stream().filter(Ended.class::isInstance)).hasSize(1);
        assertThat(answers.stream().filter(NotOpen.class::isInstance)).hasSize(31);
        Hold hold = SYSTEM.find(org, id);
        assertThat(SYSTEM.balance(org)).isEqualTo(Usd.of("10").minus(hold.captured()));
        assertThat(SYSTEM.held(org)).isEqualTo(NOTHING);
    }

    @Test
    void aReleasedHoldHoldsNothingAndIsNotCaptured() {
        Organization org = SYSTEM.organization("10");
        UUID id = reserve(org, "user", "4").id();
        UUID call = UUID.randomUUID();

        HoldAnswer released = SYSTEM.holds.release(org.key(), id, call);

        assertThat(released).isInstanceOf(Ended.class);
        assertThat(SYSTEM.holds.release(org.key(), id, call)).isEqualTo(released);
        assertThat(capture(org, id, "1", call)).isInstanceOf(NotOpen.class);
        assertThat(SYSTEM.held(org)).isEqualTo(NOTHING);
        assertThat(SYSTEM.balance(org)).isEqualTo(Usd.of("10"));
        assertThat(ask(org, "user", "10")).isInstanceOf(Reserved.class);
    }

    @Test
    void aHoldPastItsEndHoldsNothingThoughNothingHasMarkedIt() {
        Organization org = SYSTEM.organization("10");
        UUID id = held(SYSTEM.holds.reserve(org.key(), HoldSystem.request(org, "user", "4", Duration.ofSeconds(60))))
                .id();
        SYSTEM.clock.advance(Duration.ofSeconds(59));
        assertRefused(ask(org, null, "7"), BudgetLayer.ORGANIZATION_CREDITS);

        SYSTEM.clock.advance(Duration.ofSeconds(1));

        assertThat(SYSTEM.find(org, id).state()).isEqualTo(HoldState.EXPIRED);
        assertThat(capture(org, id, "1", null)).isInstanceOf(NotOpen.class);
        assertThat(SYSTEM.holds.release(org.key(), id, null)).isInstanceOf(NotOpen.class);
        SYSTEM.use(org, "user", "1", id);
        assertThat(SYSTEM.find(org, id).captured()).isEqualTo(NOTHING);
        assertThat(ask(org, null, "9")).isInstanceOf(Reserved.class);
        assertThat(SYSTEM.balance(org)).isEqualTo(Usd.of("9"));
    }

    @Test
    void theSweepMarksWhatIsOver() {
        Organization org = SYSTEM.organization("10");
        reserve(org, "user", "4");
        reserve(org, null, "1");
        SYSTEM.clock.advance(HoldRequest.LASTS_UNLESS_TOLD);
        assertThat(SYSTEM.held(org)).isEqualTo(Usd.of("5"));

        SYSTEM.holds.expireDue();

        assertThat(SYSTEM.held(org)).isEqualTo(NOTHING);
        assertThat(SYSTEM.app
                        .sql("SELECT DISTINCT state FROM hold_statement WHERE organization_id = ?")
                        .param(org.id())
                        .query(String.class)
                        .list())
                .containsExactly("expired");
    }

    @Test
    void anotherOrganizationsHoldIsNotFound() {
        Organization org = SYSTEM.organization("10");
        Organization other = SYSTEM.organization("10");
        UUID id = reserve(org, "user", "4").id();

        assertThat(SYSTEM.holds.find(other.key(), id)).isEmpty();
        assertThat(SYSTEM.holds.release(other.key(), id, null)).isInstanceOf(NotFound.class);
        assertThat(capture(other, id, "1", null)).isInstanceOf(NotFound.class);
        assertThat(capture(other, id, "0", null)).isInstanceOf(NotFound.class);
        assertThat(SYSTEM.held(org)).isEqualTo(Usd.of("4"));
        assertThat(SYSTEM.balance(other)).isEqualTo(Usd.of("10"));
    }

    @Test
    void anAgentThatIsUnknownOrAnotherOrganizationsHasNoHolds() {
        Organization org = SYSTEM.organization("10");
        Organization other = SYSTEM.organization("10");
        HoldRequest request = HoldSystem.request(org, "user", "1");

        assertThat(SYSTEM.holds.reserve(org.key(), with(request, "ag_unheard_of", "user", "1")))
                .isInstanceOf(UnknownAgent.class);
        assertThat(SYSTEM.holds.reserve(other.key(), request)).isInstanceOf(UnknownAgent.class);
        assertThat(SYSTEM.held(other)).isEqualTo(NOTHING);
    }

    @ParameterizedTest
    @CsvSource({"0, 60", "-1, 60", "100000.000000001, 60", "1, 0", "1, -5", "1, 86401"})
    void whatNoHoldMayBeIsRefused(String usd, long seconds) {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> new HoldRequest(UUID.randomUUID(), "ag", null, Usd.of(usd), Duration.ofSeconds(seconds)));
    }

    private static HoldAnswer ask(Organization org, @Nullable String user, String usd) {
        return SYSTEM.holds.reserve(org.key(), HoldSystem.request(org, user, usd));
    }

    private static Hold reserve(Organization org, @Nullable String user, String usd) {
        return held(ask(org, user, usd));
    }

    private static Hold held(HoldAnswer answer) {
        assertThat(answer).isInstanceOf(Reserved.class);
        return ((Reserved) answer).hold();
    }

    private static HoldAnswer capture(Organization org, UUID id, String usd, @Nullable UUID call) {
        return SYSTEM.holds.capture(org.key(), org.id(), id, Usd.of(usd), call);
    }

    private static HoldRequest with(HoldRequest request, String agent, @Nullable String user, String usd) {
        return new HoldRequest(request.id(), agent, user, Usd.of(usd), request.lasts());
    }

    private static void assertRefused(HoldAnswer answer, BudgetLayer by) {
        assertThat(answer).isInstanceOf(Refused.class);
        assertThat(((Refused) answer).layer().layer()).isEqualTo(by);
    }
}
