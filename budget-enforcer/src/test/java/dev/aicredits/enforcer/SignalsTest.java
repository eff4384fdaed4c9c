package dev.aicredits.enforcer;

import static dev.aicredits.budget.EnforcementMode.ALERT_ONLY;
import static dev.aicredits.budget.EnforcementMode.HARD_BLOCK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.aicredits.budget.AgentBudget;
import dev.aicredits.budget.AlertPercents;
import dev.aicredits.budget.MonthWindow;
import dev.aicredits.control.BudgetAlert;
import dev.aicredits.control.ControlAck;
import dev.aicredits.control.ControlSignal;
import dev.aicredits.control.Target;
import dev.aicredits.messaging.ControlAckMessage;
import dev.aicredits.money.Usd;
import dev.aicredits.testkit.Patience;
import dev.aicredits.testkit.TopicReader;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** One enforcer over the life of its tests, each with an organization of its own. */
class SignalsTest {

    private static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");
    private static EnforcerSystem system;
    private static RunningEnforcer enforcer;

    private final String organization = "org_" + UUID.randomUUID();
    private final String agent = "ag_" + UUID.randomUUID();
    private final Target ofOrganization = Target.organization(organization);
    private final Target ofAgent = Target.agent(organization, agent);

    @BeforeAll
    static void start() {
        system = EnforcerSystem.create(NOW);
        enforcer = system.start();
    }

    @AfterAll
    static void stop() {
        system.close();
    }

    @Test
    void itIsReadyOnceItIsInItsGroupAndSweepsAndAliveWhateverTheDatabaseDoes() throws Exception {
        Patience.awaitTrue("it is ready", () -> health("readiness").statusCode() == 200);
        assertThat(health("readiness").body()).contains("\"db\":", "\"budgetEnforcerGroup\":", "\"enforcerSweep\":");
        assertThat(health("liveness").body())
                .contains("\"status\":\"UP\"", "\"budgetEnforcerThreads\":", "\"budgetEnforcerAcks\":")
                .doesNotContain("DOWN", "\"db\":");
    }

    private static HttpResponse<String> health(String group) throws IOException, InterruptedException {
        URI uri = URI.create("http://127.0.0.1:" + enforcer.application().port() + "/actuator/health/" + group);
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    }

    private record Case(AgentBudget policy, Long userLimit, long credits, String user, List<String> scopes) {}

    static Stream<Arguments> layersAndPairs() {
        return Stream.of(
                        new Case(AgentBudget.UNSET, null, 10, "ada", List.of("organization")),
                        new Case(limits(10L, null, null), null, 100, "ada", List.of("agent")),
                        new Case(limits(null, 10L, null), null, 100, "ada", List.of("external_user")),
                        new Case(AgentBudget.UNSET, 10L, 100, "ada", List.of("external_user")),
                        new Case(limits(null, null, 10L), null, 100, null, List.of("anonymous")),
                        new Case(limits(10L, null, null), null, 10, "ada", List.of("agent", "organization")),
                        new Case(limits(null, 10L, null), null, 10, "ada", List.of("external_user", "organization")),
                        new Case(limits(null, null, 10L), null, 10, null, List.of("anonymous", "organization")),
                        new Case(limits(10L, 10L, null), null, 100, "ada", List.of("agent", "external_user")),
                        new Case(limits(10L, 99L, null), 10L, 100, "ada", List.of("agent", "external_user")),
                        new Case(limits(10L, null, 10L), null, 100, null, List.of("agent", "anonymous")),
                        new Case(limits(null, 5L, null), 99L, 100, "ada", List.of()),
                        new Case(limits(11L, 11L, null), null, 11, "ada", List.of()))
                .map(Arguments::of);
    }

    private static AgentBudget limits(Long agent, Long user, Long anonymous) {
        return new AgentBudget(true, agent, user, anonymous, HARD_BLOCK);
    }

    @ParameterizedTest
    @MethodSource("layersAndPairs")
    void everyLayerAloneAndEveryPairStopsAndResumesForItsReason(Case one) {
        system.open(organization, one.credits(), agent);
        system.policy(organization, agent, one.policy());
        if (one.userLimit() != null) {
            system.userLimit(organization, agent, "ada", one.userLimit());
        }
        system.use(organization, agent, one.user(), 9);
        system.use(organization, agent, one.user(), 1);

        Target user = Target.externalUser(organization, agent, "ada");
        Target anonymous = Target.anonymous(organization, agent);
        List<Target> expected = Stream.of(ofOrganization, ofAgent, user, anonymous)
                .filter(target -> one.scopes().contains(target.layer().scope()))
                .toList();
        for (Target target : expected) {
            ControlSignal stop = system.awaitSignal(target, 1);
            assertThat(stop.stops()).isTrue();
            assertThat(stop.cause()).isEqualTo("usage");
        }
        awaitQuiet();
        assertThat(signalledTargets()).containsExactlyInAnyOrderElementsOf(expected);

        system.credit(organization, 50);
        system.policy(organization, agent, new AgentBudget(true, 1L, 1L, 1L, ALERT_ONLY));
        for (Target target : expected) {
            ControlSignal resume = system.awaitSignal(target, 2);
            assertThat(resume.stops()).isFalse();
            assertThat(resume.cause()).isEqualTo(target.equals(ofOrganization) ? "adjustment" : "budget_changed");
        }
        awaitQuiet();
        assertThat(signalledTargets()).containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void whatStopsAndResumesIsABudgetsChangeAClawbackOrACredit() {
        system.open(organization, 100, agent);
        system.use(organization, agent, null, 20);

        system.limit(organization, agent, 20L);
        assertThat(system.awaitSignal(ofAgent, 1).cause()).isEqualTo("budget_changed");
        system.limit(organization, agent, 21L);
        assertThat(system.awaitSignal(ofAgent, 2).cause()).isEqualTo("budget_changed");
        system.limit(organization, agent, 0L);
        system.awaitSignal(ofAgent, 3);
        system.limit(organization, agent, null);
        system.awaitSignal(ofAgent, 4);

        system.credit(organization, -80);
        assertThat(system.awaitSignal(ofOrganization, 1).cause()).isEqualTo("adjustment");
        system.credit(organization, 1);
        ControlSignal resume = system.awaitSignal(ofOrganization, 2);
        assertThat(resume.balance()).isEqualTo(Usd.ofNanos(1));
        assertThat(resume.limit()).isNull();
    }

    @Test
    void alertsAreToldOncePerPercentAndWindow() {
        system.open(organization, 1_000, agent);
        system.limit(organization, agent, 10L);
        for (int i = 0; i < 12; i++) {
            system.use(organization, agent, null, 1);
        }
        system.awaitSignal(ofAgent, 1);
        system.limit(organization, agent, 20L);
        system.awaitSignal(ofAgent, 2);
        system.use(organization, agent, null, 10);
        system.awaitSignal(ofAgent, 3);
        system.credit(organization, -1_000);
        system.awaitSignal(ofOrganization, 1);
        Patience.awaitTrue(
                "the credits' alerts are told", () -> alerts(ofOrganization).size() == 3);

        assertThat(alerts(ofAgent)).extracting(BudgetAlert::percent).containsExactly(50, 80, 100);
        assertThat(alerts(ofAgent).get(0).windowEndUtc()).isEqualTo(Instant.parse("2026-12-01T00:00:00Z"));
        assertThat(alerts(ofOrganization)).extracting(BudgetAlert::percent).containsExactly(50, 80, 100);

        // More credits than were left at an alert are a new height, from which their use counts anew.
        system.credit(organization, 200);
        system.awaitSignal(ofOrganization, 2);
        system.credit(organization, -120);
        Patience.awaitTrue(
                "half of the new credits is told", () -> alerts(ofOrganization).size() == 4);
    }

    @Test
    void anIncidentTellsTheStopFromItsCauseToItsResume() {
        system.open(organization, 1_000, agent);
        system.limit(organization, agent, 10L);
        system.use(organization, agent, "ada", 9);
        UUID crossing = system.use(organization, agent, "ada", 2);
        ControlSignal stop = system.awaitSignal(ofAgent, 1);
        assertThat(stop.causedBy()).isEqualTo(crossing.toString());
        system.use(organization, agent, "ada", 4);
        system.use(organization, agent, null, 1);
        awaitQuiet();
        double overshootBefore = overshoot().totalAmount();
        long countBefore = overshoot().count();

        acknowledge(new ControlAck(ofAgent, 1));
        Patience.awaitTrue("it is acknowledged", () -> incident().get("stop_acknowledged_at") != null);
        Patience.awaitTrue("its overshoot is counted", () -> overshoot().count() == countBefore + 1);
        assertThat(overshoot().totalAmount() - overshootBefore).isCloseTo(5e-9, within(1e-12));
        acknowledge(new ControlAck(ofAgent, 1));
        assertThat(incident())
                .containsEntry("reason", "agent_budget_exhausted")
                .containsEntry("cause", "usage")
                .containsEntry("caused_by", crossing)
                .containsEntry("crossing_entry_seq", 3L)
                .containsEntry("limit_nanos", 10L)
                .containsEntry("spent_nanos", 11L)
                .containsEntry("overshoot_entries", 2L)
                .containsEntry("overshoot_nanos", 5L)
                .containsEntry("resumed_at", null);
        assertThat((BigDecimal) incident().get("overshoot_usd")).isEqualByComparingTo("0.000000005");

        system.use(organization, agent, null, 1);
        system.limit(organization, agent, null);
        system.awaitSignal(ofAgent, 2);
        acknowledge(new ControlAck(ofAgent, 2));
        Patience.awaitTrue("that is too", () -> incident().get("resume_acknowledged_at") != null);
        assertThat(incident())
                .containsEntry("resume_cause", "budget_changed")
                .containsEntry("overshoot_entries", 3L)
                .containsEntry("overshoot_nanos", 6L);
        assertThat(enforcer.timed("aicredits.enforcement.stop.published")).isPositive();
        assertThat(enforcer.timed("aicredits.enforcement.stop.acknowledged"))
                .as("each once, however often it is acknowledged")
                .isEqualTo(overshoot().count());
        assertThat(overshoot().count()).isEqualTo(countBefore + 1);
    }

    /** Two debits after the crossing one, of which the first leaves; what an archive does to the tables. */
    @Test
    void whatLeftForTheArchiveIsStillOfTheIncidentsOvershoot() {
        system.open(organization, 1_000, agent);
        system.limit(organization, agent, 10L);
        system.use(organization, agent, null, 11);
        system.awaitSignal(ofAgent, 1);
        system.use(organization, agent, null, 4);
        system.use(organization, agent, null, 2);
        awaitQuiet();
        system.superuser().sql("""
                        WITH closing AS (
                            INSERT INTO ledger_closing
                            SELECT organization_id, '2020-01-01', 1, 3, 0, 985, 2, -15, '2020-02-01', now(), sha256('x'), now()
                              FROM organization WHERE public_id = :organization
                            RETURNING organization_id)
                        INSERT INTO archived_overshoot
                        SELECT i.organization_id, '2020-01-01', i.agent_id, i.external_user_id, i.version, 1, 4
                          FROM closing JOIN incident i USING (organization_id)
                        """).param("organization", organization).update();
        archiveUsageThrough(3);

        system.limit(organization, agent, null);

        system.awaitSignal(ofAgent, 2);
        assertThat(incident()).containsEntry("overshoot_entries", 2L).containsEntry("overshoot_nanos", 6L);
    }

    @Test
    void whatCrossesRightAfterAnArchiveIsTheCause() {
        system.open(organization, 1_000, agent);
        system.use(organization, agent, null, 900);
        awaitQuiet();
        archiveUsageThrough(2);
        UUID crossing = system.use(organization, agent, null, 200);
        ControlSignal stop = system.awaitSignal(ofOrganization, 1);
        assertThat(stop.cause()).isEqualTo("usage");
        assertThat(stop.causedBy()).isEqualTo(crossing.toString());

        archiveUsageThrough(3);
        system.credit(organization, 500);
        assertThat(system.awaitSignal(ofOrganization, 2).causedBy()).isEqualTo(dedupeKey(4));
    }

    @Test
    void whatCrossedAndIsInTheArchiveIsNotNamedAndNothingElseIsInItsPlace() {
        system.open(organization, 1_000, agent);
        system.use(organization, agent, null, 900);
        system.credit(organization, -200);
        system.awaitSignal(ofOrganization, 1);
        system.credit(organization, 500);
        system.awaitSignal(ofOrganization, 2);
        system.use(organization, agent, null, 600);
        system.awaitSignal(ofOrganization, 3);
        archiveUsageThrough(5);

        List<Finding> findings = List.of(exhausted());

        assertThat(new JdbcCrossings(system.app()).of(findings, MonthWindow.of(NOW)))
                .isEmpty();
    }

    /** Of the organization's credits, as they stand. */
    private Finding exhausted() {
        return new Finding(
                new TargetKey(organizationKey(), 0, 0),
                ofOrganization,
                0,
                false,
                true,
                null,
                null,
                -200,
                5,
                null,
                null,
                new Finding.Alerting(0, 0, 0, 0, 0));
    }

    private long organizationKey() {
        return system.superuser()
                .sql("SELECT organization_id FROM organization WHERE public_id = :organization")
                .param("organization", organization)
                .query(Long.class)
                .single();
    }

    private String dedupeKey(long entrySeq) {
        return system.superuser()
                .sql("SELECT dedupe_key::text FROM ledger_entry WHERE organization_id = :key AND entry_seq = :seq")
                .param("key", organizationKey())
                .param("seq", entrySeq)
                .query(String.class)
                .single();
    }

    private void archiveUsageThrough(long entrySeq) {
        system.superuser()
                .sql("DELETE FROM ledger_entry WHERE organization_id = :key AND entry_seq <= :seq AND entry_kind = 1")
                .param("key", organizationKey())
                .param("seq", entrySeq)
                .update();
    }

    private static DistributionSummary overshoot() {
        return enforcer.application()
                .bean(MeterRegistry.class)
                .get("aicredits.enforcement.overshoot")
                .summary();
    }

    @Test
    void whatCannotBeUsedIsADeadLetterAndHoldsUpNobody() {
        system.open(organization, 1, agent);
        awaitReading("x", "y");
        system.send(new ProducerRecord<>(system.ledgerTopic(), bytes("x"), bytes("not json")));
        system.send(new ProducerRecord<>(system.ledgerTopic(), bytes("y"), null));
        system.send(new ProducerRecord<>(system.ackTopic(), bytes("z"), bytes("[]")));
        acknowledge(new ControlAck(ofAgent, 7));

        Patience.awaitTrue("changes are dead-lettered", () -> reasons(system.ledgerDeadLetterTopic(), "x", "y")
                .equals(List.of("malformed", "malformed")));
        Patience.awaitTrue("acknowledgements are dead-lettered", () -> Set.copyOf(
                        reasons(system.ackDeadLetterTopic(), "z", ofAgent.key()))
                .equals(Set.of("malformed", "unknown_signal")));
        system.use(organization, agent, null, 1);
        assertThat(system.awaitSignal(ofOrganization, 1).stops()).isTrue();
    }

    @Test
    void aTextThatTheDatabaseCannotHoldStopsNoThread() {
        awaitReading("k");
        String organizationId = "{\"organizationId\":\"a\\u0000b\"";
        String ack = organizationId + ",\"scope\":\"organization\",\"version\":1}";
        String change = organizationId + ",\"entrySeq\":1,\"previousEntrySeq\":0,\"balanceUsd\":0,\"spends\":[]}";
        String budgets = organizationId + ",\"revision\":1}";

        system.send(event(system.ackTopic(), ControlAck.TYPE, ack));
        system.send(event(system.ledgerTopic(), "dev.aicredits.ledger.changed.v1", change));
        system.send(event(system.ledgerTopic(), "dev.aicredits.budgets.changed.v1", budgets));

        awaitLetters(system.ackDeadLetterTopic(), ack);
        awaitLetters(system.ledgerDeadLetterTopic(), change, budgets);
    }

    @Test
    void anAcknowledgementAsLargeAsItsTopicTakesIsADeadLetterByteByByte() {
        byte[] large = new byte[1_048_400];
        new Random(1).nextBytes(large);

        system.send(new ProducerRecord<>(system.ackTopic(), bytes("large"), large));

        Patience.awaitTrue(
                "it is dead-lettered",
                () -> TopicReader.read(system.bootstrapServers(), system.ackDeadLetterTopic()).stream()
                        .anyMatch(letter -> Arrays.equals(letter.value(), large)));
    }

    /** A partition of hints is read from its end on: what is sent before somebody has it is nobody's. */
    private static void awaitReading(String... keys) {
        Patience.awaitTrue(
                "all threads are in the group", () -> health("readiness").statusCode() == 200);
        Ownership ownership = enforcer.application().bean(Ownership.class);
        Patience.awaitTrue(
                "the keys' partitions are read", () -> Stream.of(keys).allMatch(ownership::owns));
    }

    private static ProducerRecord<byte[], byte[]> event(String topic, String type, String data) {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, bytes("k"), bytes(data));
        record.headers().add("ce_type", bytes(type));
        return record;
    }

    private static void awaitLetters(String topic, String... values) {
        Patience.awaitTrue("they are dead-lettered", () -> TopicReader.read(system.bootstrapServers(), topic).stream()
                .filter(letter -> letter.value() != null)
                .map(letter -> new String(letter.value(), StandardCharsets.UTF_8))
                .collect(Collectors.toSet())
                .containsAll(List.of(values)));
    }

    @Test
    void withoutAnyHintASweepStops() {
        long swept = enforcer.count("aicredits.enforcement.swept.targets");

        system.withoutHints(() -> {
            system.open(organization, 50, agent);
            system.limit(organization, agent, 10L);
            system.use(organization, agent, null, 10);
        });

        system.awaitSignal(ofAgent, 1);
        Patience.awaitTrue("a sweep found it", () -> enforcer.count("aicredits.enforcement.swept.targets") > swept);
    }

    private Set<Target> signalledTargets() {
        return system.signals().stream()
                .map(ControlSignal::target)
                .filter(target -> target.organizationId().equals(organization))
                .collect(Collectors.toSet());
    }

    private List<BudgetAlert> alerts(Target target) {
        return system.alerts().stream()
                .filter(alert -> alert.target().equals(target))
                .toList();
    }

    private Map<String, Object> incident() {
        return system.reader()
                .sql("SELECT * FROM incident_statement WHERE agent_id = :agent AND version = 1")
                .param("agent", agent)
                .query()
                .singleRow();
    }

    private static void acknowledge(ControlAck ack) {
        system.send(ControlAckMessage.of(system.ackTopic(), ack, "test", system.clock.instant()));
    }

    private static List<String> reasons(String topic, String... keys) {
        return TopicReader.read(system.bootstrapServers(), topic).stream()
                .filter(record -> List.of(keys).contains(new String(record.key(), StandardCharsets.UTF_8)))
                .map(record -> TopicReader.header(record, "dead_letter_reason"))
                .toList();
    }

    /** Waits until nothing is left to do about the organization. */
    private void awaitQuiet() {
        JdbcFindings findings = new JdbcFindings(system.app(), AlertPercents.USUAL);
        Patience.awaitTrue(
                "nothing is left to do", () -> findings.ofOrganizations(List.of(organization), MonthWindow.of(NOW))
                        .isEmpty());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
