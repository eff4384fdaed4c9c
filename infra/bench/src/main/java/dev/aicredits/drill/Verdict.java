package dev.aicredits.drill;

import dev.aicredits.bench.EventSource;
import dev.aicredits.bench.ObedientPlatform;
import dev.aicredits.control.ControlAck;
import dev.aicredits.embedded.Groups;
import dev.aicredits.ledger.LedgerChange;
import dev.aicredits.usage.UsageEvent;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What must hold at the end of every drill. */
final class Verdict {

    private static final Duration MAX = Duration.ofSeconds(90);

    private final DrillSystem system;
    private final Steps steps;

    Verdict(DrillSystem system, Steps steps) {
        this.system = system;
        this.steps = steps;
    }

    /** All usage that was sent is booked, each event once and at its price; whatever was acknowledged is among it. */
    Tally exactlyOnce(List<Set<UUID>> acknowledged, Duration max) {
        Tally tally = Tally.of(system.bootstrapServers());
        steps.holds("all is booked", Waiting.until(max, () -> system.ledger().usageEntries() >= tally.events()));
        steps.figure("events", tally.events());
        steps.holds(
                "what was acknowledged (%,d events) is on the topic"
                        .formatted(acknowledged.stream().mapToInt(Set::size).sum()),
                acknowledged.stream().allMatch(tally::hasAll));
        steps.holds(
                "exactly once: each organization's entries are its events, to the nano-USD",
                tally.equalsLedger(system.ledger().owner()));
        return tally;
    }

    /** The audit finds nothing, and nothing was dead-lettered. */
    void clean() {
        int findings = system.ledger().auditFindings();
        steps.holds("the audit is clean" + (findings == 0 ? "" : ": " + findings + " findings"), findings == 0);
        try (Groups groups = new Groups(system.bootstrapServers())) {
            for (String topic : List.of(UsageEvent.TOPIC, LedgerChange.TOPIC)) {
                noLetters(groups, topic);
            }
        }
    }

    private void noLetters(Groups groups, String topic) {
        long letters = groups.records(topic + "-dlt");
        steps.holds("no dead letters of " + topic + (letters == 0 ? "" : ": " + letters), letters == 0);
    }

    /** Every acknowledgement of the platform's is of a signal that there is. */
    void acknowledged() {
        try (Groups groups = new Groups(system.bootstrapServers())) {
            noLetters(groups, ControlAck.TOPIC);
        }
    }

    /** After a restore there are some of signals that the database has forgotten; they are told anew, and acknowledged. */
    void forgottenAcknowledgements() {
        try (Groups groups = new Groups(system.bootstrapServers())) {
            steps.figure("acknowledgements_of_forgotten_signals", groups.records(ControlAck.TOPIC + "-dlt"));
        }
        steps.holds(
                "every stop in force is acknowledged",
                Waiting.until(
                        MAX,
                        () -> system.ledger()
                                        .number("SELECT count(*) FROM enforcement e JOIN incident i"
                                                + " USING (organization_id, agent_id, external_user_id, version)"
                                                + " WHERE e.version % 2 = 1 AND i.stop_acknowledged_at IS NULL")
                                == 0));
    }

    private record Limit(String agentId, long limitNanos) {}

    /** Those agents are stopped, in the database and on the platform, that used up their budgets, and no others. */
    void stopped(Tally tally, ObedientPlatform platform) {
        List<Limit> limits = JdbcClient.create(system.ledger().owner())
                .sql("""
                        SELECT a.public_id AS agent_id, b.monthly_limit_nanos AS limit_nanos
                          FROM agent_budget b JOIN agent a USING (organization_id, agent_id)
                        """)
                .query(Limit.class)
                .list();
        long exhausted = limits.stream()
                .filter(limit -> tally.nanosOfAgent(limit.agentId()) >= limit.limitNanos())
                .count();
        int agents = system.workload().organizations() * system.workload().agentsPerOrganization();
        var byId = limits.stream().collect(java.util.stream.Collectors.toMap(Limit::agentId, Limit::limitNanos));
        BooleanSupplier agree = () -> {
            for (int agent = 0; agent < agents; agent++) {
                String id = EventSource.agentId(system.workload(), agent);
                boolean mayRun = tally.nanosOfAgent(id) < byId.getOrDefault(id, 0L);
                if (mayRun != platform.mayRun(agent)) {
                    return false;
                }
            }
            return true;
        };
        steps.holds(
                "stopped are the %,d agents of %,d whose budget is used up, and no others".formatted(exhausted, agents),
                Waiting.until(MAX, agree));
    }

    /** From the event that crossed a limit to the stop that the platform read. */
    void inTime(ObedientPlatform platform, Duration max) {
        double[] millis = platform.latencies();
        Arrays.sort(millis);
        steps.figure("stops", millis.length);
        if (millis.length > 0) {
            steps.figure("stop_millis_p50", Math.round(millis[millis.length / 2]));
            steps.figure("stop_millis_p99", Math.round(millis[millis.length * 99 / 100]));
            steps.figure("stop_millis_max", Math.round(millis[millis.length - 1]));
        }
        steps.holds(
                "no stop later than " + max.toSeconds() + " s",
                millis.length > 0 && millis[millis.length - 1] <= max.toMillis());
    }

    /** Every purchase is credited once, and Stripe, orders and ledger agree from {@code since} on. */
    void purchases(Set<String> paid, Instant since) {
        steps.figure("purchases", paid.size());
        steps.holds("every purchase is credited once", Waiting.until(MAX, () -> {
            List<String> credited = JdbcClient.create(system.ledger().owner())
                    .sql("SELECT checkout_session_id FROM ledger_entry WHERE entry_kind = 2 ORDER BY 1")
                    .query(String.class)
                    .list();
            return credited.equals(paid.stream().sorted().toList());
        }));
        reconciled(since);
    }

    /** Stripe, orders and ledger agree from {@code since} on. */
    void reconciled(Instant since) {
        steps.holds("Stripe, orders and ledger agree", Waiting.until(MAX, () -> reconciliation(system, since)
                .json()
                .path("clean")
                .asBoolean(false)));
    }

    /** The report. */
    static Http.Answer reconciliation(DrillSystem system, Instant since) {
        return Http.get(
                system.fleet().one(Service.CHECKOUT_SYNC_WORKER).url() + "/api/v1/operator/reconciliation?from="
                        + since.truncatedTo(ChronoUnit.SECONDS) + "&to="
                        + since.plus(1, ChronoUnit.DAYS).truncatedTo(ChronoUnit.SECONDS),
                system.secrets().operator().text());
    }
}
