package dev.aicredits.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicredits.ledger.BookingOutcome.Booked;
import dev.aicredits.ledger.BookingOutcome.Conflict;
import dev.aicredits.ledger.BookingOutcome.Duplicate;
import dev.aicredits.ledger.BookingOutcome.OutOfRange;
import dev.aicredits.ledger.BookingOutcome.UnknownOrganization;
import dev.aicredits.ledger.BookingOutcome.WrongOrganization;
import dev.aicredits.money.Usd;
import dev.aicredits.usage.Consumption;
import dev.aicredits.usage.Consumption.Counted;
import dev.aicredits.usage.Consumption.Inference;
import dev.aicredits.usage.UsageKind;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Random histories through two ledgers by turns, so that each one's memory is stale, against {@link LedgerModel}. */
class RandomHistoryTest {

    private static final TestLedger LEDGER = TestLedger.shared();
    private static final int STEPS = 200;
    private static final int BATCH_MAX = 25;
    private static final Set<Class<?>> OUTCOMES_SEEN = new HashSet<>();

    static List<Long> seeds() {
        return List.of(1L, 2L, 3L, ThreadLocalRandom.current().nextLong());
    }

    @AfterAll
    static void everythingAddsUpAndEveryOutcomeWasSeen() {
        assertThat(LEDGER.audit()).isEmpty();
        assertThat(OUTCOMES_SEEN)
                .contains(
                        Booked.class,
                        Duplicate.class,
                        Conflict.class,
                        UnknownOrganization.class,
                        WrongOrganization.class,
                        OutOfRange.class);
        everyAmountIsWhatItsOwnCountsGive();
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void theLedgerAgreesWithTheModel(long seed) {
        History history = new History(seed);
        for (int step = 0; step < STEPS; step++) {
            history.step("seed %d, step %d".formatted(seed, step));
        }
        history.agree("seed " + seed);
        assertThat(LEDGER.audit()).as("seed %d", seed).isEmpty();
    }

    @Test
    void theModelItselfCountsOneEventOnce() {
        LedgerModel model = new LedgerModel();
        model.open("o");
        UsageSample sample = UsageSample.of("o", "a");

        assertThat(model.book(sample, 5)).isEqualTo(new Booked(1, -5));
        assertThat(model.book(sample, 5)).isEqualTo(new Duplicate(1));
        assertThat(model.book(sample.toolCalls(1), 5)).isEqualTo(new Conflict(1));
        assertThat(model.book(sample.organization("p"), 5)).isEqualTo(new UnknownOrganization());
    }

    /** One run: three organizations, of which one is close to the end of the range. */
    private static final class History {

        private final Random random;
        private final LedgerModel model = new LedgerModel();
        private final JdbcLedger[] ledgers = {LEDGER.anotherLedger(), LEDGER.anotherLedger()};
        private final List<String> organizations = new ArrayList<>();
        private final String run = "ag_" + UUID.randomUUID();
        private final List<UsageSample> sent = new ArrayList<>();
        private final List<NewEntry> entered = new ArrayList<>();

        History(long seed) {
            random = new Random(seed);
            for (int i = 0; i < 3; i++) {
                organizations.add(LEDGER.organization());
                model.open(organizations.get(i));
            }
            NewEntry debt = NewEntry.adjustment(
                    organizations.get(2), Usd.of("-3999999999.9999"), UUID.randomUUID(), UsageSample.NOW, "debt");
            assertThat(ledgers[0].book(debt)).isEqualTo(model.book(debt));
        }

        void step(String where) {
            JdbcLedger ledger = ledgers[random.nextInt(2)];
            if (random.nextInt(4) == 0) {
                NewEntry entry = entry();
                assertThat(seen(ledger.book(entry))).as(where).isEqualTo(model.book(entry));
                return;
            }
            List<UsageSample> batch = new ArrayList<>();
            for (int i = random.nextInt(BATCH_MAX); i >= 0; i--) {
                batch.add(usage());
            }
            List<RatedUsage> rated = LEDGER.rated(batch);
            List<BookingOutcome> expected = new ArrayList<>();
            model.beginBatch();
            for (int i = 0; i < batch.size(); i++) {
                expected.add(model.book(batch.get(i), rated.get(i).price().costNanos()));
            }
            UsageBooking booking = ledger.book(rated);
            booking.outcomes().forEach(History::seen);
            for (int i = 0; i < batch.size(); i++) {
                assertThat(booking.outcomes().get(i))
                        .as("%s, event %d of %d: %s", where, i, batch.size(), batch.get(i))
                        .isEqualTo(expected.get(i));
            }
            for (LedgerChange change : booking.changes()) {
                String organization = change.organizationId();
                assertThat(change.balanceNanos()).as(where).isEqualTo(model.balance(organization));
                assertThat(change.entrySeq()).as(where).isEqualTo(model.entries(organization));
                change.spends().forEach(spend -> assertThat(spend.spentNanos())
                        .as("%s: %s", where, spend)
                        .isEqualTo(model.spends.get(spendKey(organization, spend))));
            }
        }

        private static String spendKey(String organization, LedgerChange.Spend spend) {
            String month = spend.windowStart().toString().substring(0, 7);
            return switch (spend.scope()) {
                case AGENT -> organization + " " + spend.agentId() + " " + month;
                case EXTERNAL_USER, ANONYMOUS ->
                    organization + " " + spend.agentId() + " " + spend.externalUserId() + " " + month;
            };
        }

        private UsageSample usage() {
            int kind = random.nextInt(10);
            if (kind < 3 && !sent.isEmpty()) {
                UsageSample again = sent.get(random.nextInt(sent.size()));
                return switch (random.nextInt(6)) {
                    case 0 -> again.used(consumption());
                    case 1 -> again.at(time());
                    case 2 -> again.user("user_" + random.nextInt(4));
                    default -> again;
                };
            }
            if (kind == 3 && !entered.isEmpty()) {
                NewEntry entry = entered.get(random.nextInt(entered.size()));
                return fresh().organization(entry.organizationId()).key(entry.dedupeKey());
            }
            UsageSample fresh = fresh();
            sent.add(fresh);
            return fresh;
        }

        private UsageSample fresh() {
            String organization = random.nextInt(20) == 0 ? "org_unheard_of" : organizations.get(random.nextInt(3));
            // One agent in ten is of any of the three organizations: of the first that names it.
            String agent = run + (random.nextInt(10) == 0 ? organizations.get(0) : organization) + random.nextInt(3);
            return new UsageSample(
                    new UUID(random.nextLong(), random.nextLong()),
                    organization,
                    agent,
                    random.nextInt(4) == 0 ? null : "user_" + random.nextInt(4),
                    time(),
                    consumption(),
                    null);
        }

        private Instant time() {
            return UsageSample.NOW.plus(Duration.ofMinutes(random.nextInt(60 * 24 * 60)));
        }

        private Consumption consumption() {
            if (random.nextInt(4) == 0) {
                return random.nextBoolean()
                        ? new Counted(UsageKind.TOOL_CALL, "call", 1 + random.nextInt(3))
                        : new Counted(UsageKind.HOSTED_SERVER, "second", 1 + random.nextInt(300));
            }
            int input = random.nextInt(2_000);
            if (random.nextInt(5) == 0) {
                return new Inference("test", "embedding", input, 0, 0, 0);
            }
            int cached = random.nextInt(input + 1);
            int creation = random.nextInt(input - cached + 1);
            return UsageSample.tokens(input, cached, creation, random.nextInt(500));
        }

        private NewEntry entry() {
            if (!entered.isEmpty() && random.nextInt(3) == 0) {
                return entered.get(random.nextInt(entered.size()));
            }
            String organization = random.nextInt(20) == 0 ? "org_unheard_of" : organizations.get(random.nextInt(3));
            UUID key = !sent.isEmpty() && random.nextInt(4) == 0
                    ? sent.get(random.nextInt(sent.size())).key()
                    : new UUID(random.nextLong(), random.nextLong());
            Usd amount = Usd.ofNanos(1 + random.nextInt(100_000));
            NewEntry entry = random.nextBoolean()
                    ? NewEntry.topUp(organization, amount, key, UsageSample.NOW, "cs_" + random.nextInt(5))
                    : NewEntry.adjustment(
                            organization,
                            random.nextBoolean() ? amount : amount.negated(),
                            key,
                            UsageSample.NOW,
                            "why");
            entered.add(entry);
            return entry;
        }

        private static BookingOutcome seen(BookingOutcome outcome) {
            OUTCOMES_SEEN.add(outcome.getClass());
            return outcome;
        }

        void agree(String where) {
            for (String organization : organizations) {
                assertThat(LEDGER.balance(organization)).as(where).isEqualTo(model.balance(organization));
                assertThat(LEDGER.entries(organization)).as(where).isEqualTo(model.entries(organization));
            }
            assertThat(spends()).as(where).isEqualTo(model.spends);
        }

        private Map<String, Long> spends() {
            Map<String, Long> spends = new TreeMap<>();
            LEDGER.app.sql("""
                            SELECT concat_ws(' ', organization_id, agent_id, to_char(window_start, 'YYYY-MM')) AS whose,
                                   spent_nanos
                              FROM agent_spend_statement WHERE organization_id IN (:organizations)
                            UNION ALL
                            SELECT concat_ws(' ', organization_id, agent_id, 'null', to_char(window_start, 'YYYY-MM')),
                                   anonymous_nanos
                              FROM agent_spend_statement
                             WHERE organization_id IN (:organizations) AND anonymous_entry_count > 0
                            UNION ALL
                            SELECT concat_ws(' ', organization_id, agent_id, external_user_id,
                                             to_char(window_start, 'YYYY-MM')), spent_nanos
                              FROM external_user_spend_statement WHERE organization_id IN (:organizations)
                            """).param("organizations", organizations).query(row -> {
                spends.put(row.getString(1), row.getLong(2));
            });
            return spends;
        }
    }

    /** Prices of {@link TestRates} in USD per million, by model and long context, told once more. */
    private static void everyAmountIsWhatItsOwnCountsGive() {
        int[] entries = {0};
        LEDGER.app
                .sql("SELECT * FROM ledger_statement WHERE rate_card_version IS NOT NULL")
                .query(row -> {
                    BigDecimal millionths;
                    if (!row.getString("usage_kind").equals("inference")) {
                        BigDecimal each = new BigDecimal(row.getString("unit").equals("call") ? "500" : "5");
                        millionths = each.multiply(row.getBigDecimal("quantity"));
                    } else {
                        BigDecimal cached = row.getBigDecimal("cached_input_tokens");
                        BigDecimal creation = row.getBigDecimal("cache_creation_input_tokens");
                        BigDecimal plain = row.getBigDecimal("input_tokens")
                                .subtract(cached)
                                .subtract(creation);
                        String[] prices = row.getString("model").equals("embedding")
                                ? new String[] {"0.02", "0.02", "0.02", "0"}
                                : row.getInt("input_tokens") > 1_000
                                        ? new String[] {"0.3", "0.15", "0.3", "1.2"}
                                        : new String[] {"0.15", "0.075", "0.1875", "0.6"};
                        millionths = plain.multiply(new BigDecimal(prices[0]))
                                .add(cached.multiply(new BigDecimal(prices[1])))
                                .add(creation.multiply(new BigDecimal(prices[2])))
                                .add(row.getBigDecimal("output_tokens").multiply(new BigDecimal(prices[3])));
                    }
                    BigDecimal nanos = millionths.movePointRight(3).setScale(0, RoundingMode.HALF_UP);
                    assertThat(row.getInt("rate_card_version")).isEqualTo(TestRates.VERSION);
                    assertThat(row.getBigDecimal("amount_nanos")).isEqualByComparingTo(nanos.negate());
                    entries[0]++;
                });
        assertThat(entries[0]).isGreaterThan(1_000);
    }
}
