package dev.aicredits.ledger;

import static dev.aicredits.ledger.UsageSample.tokens;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.aicredits.ledger.BookingOutcome.Booked;
import dev.aicredits.ledger.BookingOutcome.Conflict;
import dev.aicredits.ledger.BookingOutcome.Duplicate;
import dev.aicredits.ledger.BookingOutcome.OutOfRange;
import dev.aicredits.ledger.BookingOutcome.UnknownOrganization;
import dev.aicredits.ledger.BookingOutcome.WrongOrganization;
import dev.aicredits.money.Usd;
import dev.aicredits.usage.Consumption.Counted;
import dev.aicredits.usage.Consumption.Inference;
import dev.aicredits.usage.UsageKind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@link Ledger} promises of a batch of usage; after all of it the audit must be clean. */
class UsageBookingTest {

    private static final TestLedger LEDGER = TestLedger.shared();

    // 100 input and 10 output tokens of test/small: 100 x 150 + 10 x 600 nano-USD.
    private static final long SAMPLE_NANOS = 21_000;

    private final String organization = LEDGER.organization();
    private final String agent = "ag_" + UUID.randomUUID();
    private final UsageSample sample = UsageSample.of(organization, agent);

    @AfterAll
    static void theLedgerIsRight() {
        assertThat(LEDGER.audit()).isEmpty();
    }

    @Test
    void usageIsDebitedInTheOrderOfTheBatch() {
        LEDGER.topUp(organization, "1");

        UsageBooking booking = LEDGER.book(
                sample,
                sample.key(UUID.randomUUID()).toolCalls(2),
                sample.key(UUID.randomUUID()).anonymous());

        assertThat(booking.outcomes())
                .containsExactly(
                        new Booked(2, 1_000_000_000 - SAMPLE_NANOS),
                        new Booked(3, 1_000_000_000 - SAMPLE_NANOS - 1_000_000),
                        new Booked(4, 1_000_000_000 - 2 * SAMPLE_NANOS - 1_000_000));
        assertThat(LEDGER.statement(organization, "amount_nanos"))
                .containsExactly("1000000000", "-21000", "-1000000", "-21000");
        assertThat(LEDGER.balance(organization)).isEqualTo(1_000_000_000 - 2 * SAMPLE_NANOS - 1_000_000);
    }

    @Test
    void anEntryKeepsAllItIsAbout() {
        Inference used = tokens(2_000, 300, 200, 50);

        LEDGER.book(sample.used(used));

        assertThat(LEDGER.statement(organization, "ROW(entry_kind, agent_id, external_user_id, provider, model, unit)"))
                .containsExactly("(usage," + agent + ",user_1,test,small,token)");
        assertThat(LEDGER.statement(
                        organization,
                        "ROW(input_tokens, cached_input_tokens, cache_creation_input_tokens, output_tokens, quantity)"))
                .containsExactly("(2000,300,200,50,)");
        assertThat(LEDGER.statement(organization, "ROW(rate_card_version, dedupe_key)"))
                .containsExactly("(900," + sample.key() + ")");
        assertThat(LEDGER.statement(
                        organization, "ROW(extract(epoch FROM occurred_at), extract(epoch FROM booked_at))"))
                .containsExactly("(1773576000.123456,1773576001.500000)");
        // Beyond 1,000 input tokens: (1,700 x 0.30 + 300 x 0.15 + 50 x 1.20) / million; creation as plain input.
        assertThat(LEDGER.statement(organization, "amount_nanos")).containsExactly("-615000");
    }

    @Test
    void toolCallsAndHostedServersAreCountedInTheirUnits() {
        LEDGER.book(
                sample.toolCalls(3),
                sample.key(UUID.randomUUID()).used(new Counted(UsageKind.HOSTED_SERVER, "second", 7)));

        assertThat(LEDGER.statement(organization, "ROW(usage_kind, provider, model, unit, quantity, amount_nanos)"))
                .containsExactly("(tool_call,,,call,3,-1500000)", "(hosted_server,,,second,7,-35000)");
    }

    @Test
    void aTrustedCostIsBookedAsSentAndNamesNoRateCard() {
        LEDGER.book(
                sample.trusted("0.123456789"),
                sample.key(UUID.randomUUID())
                        .used(new Inference("elsewhere", "unlisted-" + agent, 1, 0, 0, 1))
                        .trusted("0"));

        assertThat(LEDGER.statement(organization, "ROW(amount_nanos, rate_card_version)"))
                .containsExactly("(-123456789,)", "(0,)");
        assertThat(LEDGER.statement(organization, "model")).containsExactly("small", "unlisted-" + agent);
    }

    @Test
    void spendsAreTotalledByTheUtcMonthOfTheUsage() {
        LEDGER.book(
                sample.at("2026-02-28T23:59:59.999999Z"),
                sample.key(UUID.randomUUID()).at("2026-03-01T00:00:00Z"),
                sample.key(UUID.randomUUID())
                        .at("2026-03-31T23:59:59.999999999Z")
                        .anonymous());
        LEDGER.book(
                sample.key(UUID.randomUUID()).at("2026-02-01T00:00:00Z"),
                sample.key(UUID.randomUUID()).at("2026-02-01T00:00:00Z").user("user_2"),
                sample.key(UUID.randomUUID()).at("2026-03-02T00:00:00Z").anonymous());

        assertThat(LEDGER.spends(organization, "agent_spend_statement", "agent_id"))
                .containsExactly(agent + " 2026-02-01 63000 3", agent + " 2026-03-01 63000 3");
        assertThat(LEDGER.spends(organization, "agent_spend_statement", "anonymous_nanos, anonymous_entry_count"))
                .containsExactly("0 0 2026-02-01 63000 3", "42000 2 2026-03-01 63000 3");
        assertThat(LEDGER.spends(organization, "external_user_spend_statement", "external_user_id"))
                .containsExactly("user_1 2026-02-01 42000 2", "user_1 2026-03-01 21000 1", "user_2 2026-02-01 21000 1");
    }

    @Test
    void anEmptyBatchChangesNothing() {
        assertThat(LEDGER.book()).isEqualTo(new UsageBooking(List.of(), List.of()));
    }

    @Test
    void anUnknownOrganizationIsRefusedAndNothingIsRegistered() {
        UsageSample stranger =
                sample.organization("org_unheard_of").agent("ag_unheard_of").user("user_unheard_of");

        UsageBooking booking = LEDGER.book(stranger, sample, stranger);

        assertThat(booking.outcomes())
                .containsExactly(new UnknownOrganization(), new Booked(1, -SAMPLE_NANOS), new UnknownOrganization());
        assertThat(booking.changes()).extracting(LedgerChange::organizationId).containsExactly(organization);
        assertThat(LEDGER.number("SELECT count(*) FROM agent WHERE public_id = 'ag_unheard_of'"))
                .isZero();
        assertThat(LEDGER.number("SELECT count(*) FROM agent_directory WHERE public_id = 'ag_unheard_of'"))
                .isZero();
        assertThat(LEDGER.number("SELECT count(*) FROM external_user WHERE public_id = 'user_unheard_of'"))
                .isZero();
    }

    @Test
    void anOrganizationOpenedLaterIsFoundThen() {
        String later = "org_" + UUID.randomUUID();
        UsageSample early = sample.organization(later);

        assertThat(LEDGER.book(early).outcomes()).containsExactly(new UnknownOrganization());
        LEDGER.organization(later);

        assertThat(LEDGER.book(early).outcomes()).containsExactly(new Booked(1, -SAMPLE_NANOS));
    }

    @Test
    void anotherOrganizationsAgentIsRefusedAndItsNeighboursAreNot() {
        LEDGER.book(sample);
        String other = LEDGER.organization();
        UsageSample foreign = sample.key(UUID.randomUUID())
                .organization(other)
                .user("user_of_nobody")
                .used(new Inference("nobody", "nothing", 1, 0, 0, 0))
                .trusted("1");
        UsageSample own = sample.key(UUID.randomUUID()).organization(other).agent(agent + "_2");

        for (JdbcLedger ledger : List.of(LEDGER.ledger, LEDGER.anotherLedger())) {
            UsageSample mine = own.key(UUID.randomUUID());
            UsageSample theirs = sample.key(UUID.randomUUID());
            List<BookingOutcome> outcomes = ledger.book(LEDGER.rated(List.of(foreign, mine, theirs, foreign)))
                    .outcomes();
            assertThat(outcomes.get(0)).isEqualTo(new WrongOrganization());
            assertThat(outcomes.subList(1, 3)).allMatch(Booked.class::isInstance);
            assertThat(outcomes.get(3)).isEqualTo(new WrongOrganization());
        }
        assertThat(LEDGER.entries(other)).isEqualTo(2);
        assertThat(LEDGER.entries(organization)).isEqualTo(3);
        assertThat(LEDGER.number("SELECT count(*) FROM agent WHERE public_id = ?", agent))
                .isEqualTo(1);
        assertThat(LEDGER.number("SELECT count(*) FROM external_user WHERE public_id = 'user_of_nobody'"))
                .isZero();
        assertThat(LEDGER.number("SELECT count(*) FROM product WHERE provider = 'nobody'"))
                .isZero();
    }

    @Test
    void anAgentThatTwoOrganizationsNameInOneBatchIsTheFirstOnes() {
        String other = LEDGER.organization();
        UsageSample another = sample.agent(agent + "_2");

        UsageBooking booking = LEDGER.book(
                sample.organization(other), sample, another.key(UUID.randomUUID()), another.organization(other));

        assertThat(booking.outcomes())
                .containsExactly(
                        new Booked(1, -SAMPLE_NANOS),
                        new WrongOrganization(),
                        new Booked(1, -SAMPLE_NANOS),
                        new WrongOrganization());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "NULL",
                "null",
                "a,b",
                "{a}",
                "\"quoted\"",
                "back\\slash",
                "'; DROP TABLE agent; --",
                " padded ",
                "😀👩‍👩‍👧",
                "tab\tnewline\n",
                "é",
                "e\u0301",
                "\u0001",
                "%s",
                "$1",
                "?",
                ":name"
            })
    void idsOfAnyTextAreKeptApartAndAsTheyAre(String id) {
        UsageSample odd = sample.agent(id + agent).user(id);

        assertThat(LEDGER.book(odd).outcomes()).containsExactly(new Booked(1, -SAMPLE_NANOS));

        assertThat(LEDGER.statement(organization, "agent_id")).containsExactly(id + agent);
        assertThat(LEDGER.statement(organization, "external_user_id")).containsExactly(id);
        assertThat(LEDGER.anotherLedger().book(LEDGER.rated(List.of(odd))).outcomes())
                .containsExactly(new Duplicate(1));
    }

    @Test
    void oneExternalUserOfTwoAgentsIsOneUserWithTwoSpends() {
        LEDGER.book(sample, sample.key(UUID.randomUUID()).agent(agent + "_2"));

        assertThat(LEDGER.number(
                        "SELECT count(*) FROM external_user u JOIN organization o USING (organization_id)"
                                + " WHERE o.public_id = ?",
                        organization))
                .isEqualTo(1);
        assertThat(LEDGER.spends(organization, "external_user_spend_statement", "agent_id"))
                .containsExactly(agent + " 2026-03-01 21000 1", agent + "_2 2026-03-01 21000 1");
    }

    @Test
    void whatWouldLeaveTheRangeIsRefusedAndItsNeighboursAreNot() {
        LEDGER.adjust(organization, "-3999999999.5");
        UsageSample small = sample.trusted("0.4");
        UsageSample great = sample.key(UUID.randomUUID()).trusted("0.2");
        UsageSample fits = sample.key(UUID.randomUUID()).trusted("0.1");

        assertThat(LEDGER.book(small, great, great, fits).outcomes())
                .containsExactly(
                        new Booked(2, -3_999_999_999_900_000_000L),
                        new OutOfRange(),
                        new OutOfRange(),
                        new Booked(3, -4_000_000_000_000_000_000L));
        assertThat(LEDGER.book(great).outcomes()).containsExactly(new OutOfRange());
        // What is booked already is a duplicate or a conflict, however full the ledger is.
        assertThat(LEDGER.anotherLedger()
                        .book(LEDGER.rated(List.of(small, fits.trusted("0.3"), great)))
                        .outcomes())
                .containsExactly(new Duplicate(2), new Conflict(3), new OutOfRange());
        assertThat(LEDGER.entries(organization)).isEqualTo(3);
    }

    @Test
    void aRefusalRestsOnWhereTheBalanceIsNow() {
        LEDGER.adjust(organization, "-3999999999.5");
        UsageSample great = sample.trusted("0.6");
        // The first is booked, so that this ledger remembers the balance it refuses the second for.
        assertThat(LEDGER.book(sample.key(UUID.randomUUID()).trusted("0.1"), great)
                        .outcomes())
                .containsExactly(new Booked(2, -3_999_999_999_600_000_000L), new OutOfRange());
        // Booked by another process: what this ledger remembers is stale.
        JdbcLedger other = LEDGER.anotherLedger();
        other.book(NewEntry.topUp(organization, Usd.of("1"), UUID.randomUUID(), UsageSample.NOW, "cs_1"));

        assertThat(LEDGER.book(great).outcomes()).containsExactly(new Booked(4, -3_999_999_999_200_000_000L));
    }

    @Test
    void aBatchIsNotBookedOntoAHistoryThatAFailoverLost() {
        JdbcLedger remembering = LEDGER.anotherLedger();
        remembering.book(LEDGER.rated(List.of(sample)));
        remembering.book(LEDGER.rated(List.of(sample.key(UUID.randomUUID()))));
        // The replica that took over had not seen the second entry, and got another in its place.
        String lost = "organization_id = (SELECT organization_id FROM organization WHERE public_id = ?)";
        for (String sql : List.of(
                "DELETE FROM ledger_entry WHERE entry_seq = 2 AND " + lost,
                "UPDATE organization_balance SET entry_seq = 1, balance_nanos = -21000 WHERE " + lost,
                "UPDATE agent_spend SET entry_count = 1, spent_nanos = 21000 WHERE " + lost,
                "UPDATE external_user_spend SET entry_count = 1, spent_nanos = 21000 WHERE " + lost)) {
            LEDGER.superuser.sql(sql).param(organization).update();
        }
        LEDGER.anotherLedger()
                .book(LEDGER.rated(List.of(sample.key(UUID.randomUUID()).toolCalls(1))));

        List<BookingOutcome> outcomes = remembering
                .book(LEDGER.rated(List.of(sample.key(UUID.randomUUID()))))
                .outcomes();

        assertThat(outcomes).containsExactly(new Booked(3, -2 * SAMPLE_NANOS - 500_000));
    }

    @Test
    void everyOutcomeStandsWhereItsEventStood() {
        long seed = ThreadLocalRandom.current().nextLong();
        List<String> organizations = List.of(organization, LEDGER.organization(), LEDGER.organization());
        List<UsageSample> batch = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            String owner = organizations.get(i % 3);
            batch.add(UsageSample.of(owner, "ag_" + owner).user("user_" + i));
        }
        batch.add(sample.organization("org_unheard_of"));
        Collections.shuffle(batch, new Random(seed));

        List<BookingOutcome> outcomes = LEDGER.book(batch).outcomes();

        for (String owner : organizations) {
            List<String> users = new ArrayList<>();
            long seq = 0;
            for (int i = 0; i < batch.size(); i++) {
                if (batch.get(i).organization().equals(owner)) {
                    users.add(batch.get(i).user());
                    seq++;
                    assertThat(outcomes.get(i)).as("seed %d", seed).isEqualTo(new Booked(seq, -SAMPLE_NANOS * seq));
                }
            }
            assertThat(LEDGER.statement(owner, "external_user_id")).isEqualTo(users);
        }
        assertThat(outcomes).filteredOn(UnknownOrganization.class::isInstance).hasSize(1);
    }

    @Test
    void aLargeBatchOfOneOrganizationIsBookedWhole() {
        List<UsageSample> batch = IntStream.range(0, 10_000)
                .mapToObj(i -> sample.key(UUID.randomUUID()).user("user_" + i % 2_000))
                .toList();

        List<BookingOutcome> outcomes = LEDGER.book(batch).outcomes();

        assertThat(outcomes.get(9_999)).isEqualTo(new Booked(10_000, -10_000 * SAMPLE_NANOS));
        assertThat(LEDGER.entries(organization)).isEqualTo(10_000);
    }

    @Test
    void anOrganizationWithoutABalanceRowIsABrokenLedger() {
        LEDGER.superuser
                .sql("INSERT INTO organization (public_id, name) VALUES ('org_broken', 'broken')")
                .update();
        UsageSample broken = UsageSample.of("org_broken", agent);

        assertThatExceptionOfType(BrokenLedgerException.class).isThrownBy(() -> LEDGER.book(broken));

        assertThat(LEDGER.audit()).extracting(AuditFinding::organizationId).containsOnly("org_broken");
        LEDGER.organization("org_broken");
    }
}
