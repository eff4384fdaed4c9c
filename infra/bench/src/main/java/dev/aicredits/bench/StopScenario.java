package dev.aicredits.bench;

import dev.aicredits.consumer.UsageConsumerApplication;
import dev.aicredits.control.BudgetAlert;
import dev.aicredits.control.ControlAck;
import dev.aicredits.control.ControlSignal;
import dev.aicredits.enforcer.BudgetEnforcerApplication;
import dev.aicredits.ledger.LedgerChange;
import dev.aicredits.usage.UsageEvent;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Agents that run into their budgets at a steady rate, beside the usage consumer and the enforcer, on a platform that
 * obeys. Latency is from when the event that crossed the limit was handed to the producer, which its id tells, to when the
 * platform has read the stop; the overshoot is what was booked for the agent after that event.
 */
final class StopScenario {

    /** Of each process: batches of one thread are twice as large as those of two, and cost a sixth less an event. */
    private static final int THREADS = 1;

    // What Kafka's producer does unless told otherwise.
    private static final Duration LINGER = Duration.ofMillis(5);
    private static final Duration WARM_UP = Duration.ofSeconds(150);

    // A call costs half a thousandth of a dollar or so, and what the stopped would have called the others call. With
    // limits spread up to this, half of the agents stop in the time.
    private static final long LIMIT_NANOS_MAX_PER_CALL = 1_400_000;
    private static final long CREDIT_NANOS = 1_000_000_000_000L;

    private final BenchSystem system;

    StopScenario(BenchSystem system) {
        this.system = system;
    }

    /** Produces {@code perSecond} events a second for {@code duration} after a warm-up, and reports on the latter. */
    Measurement run(Workload workload, int perSecond, Duration duration) {
        try (BenchLedger ledger = system.ledger(workload)) {
            setBudgets(ledger, workload, perSecond * (WARM_UP.toSeconds() + duration.toSeconds()));
            try (ConsumerProcess consumer =
                            ConsumerProcess.start(UsageConsumerApplication.class, system, ledger, THREADS);
                    ConsumerProcess enforcer = ConsumerProcess.start(
                            BudgetEnforcerApplication.class, system, ledger, THREADS, enforcerSettings(ledger));
                    KafkaProducer<byte[], byte[]> producer = Producers.of(system.bootstrapServers(), LINGER);
                    ObedientPlatform platform = ObedientPlatform.start(
                            system.clock(),
                            system.bootstrapServers(),
                            ledger.topic(ControlSignal.TOPIC),
                            ledger.topic(ControlAck.TOPIC),
                            workload)) {
                EventSource source = new EventSource(
                        system.clock(), ledger.topic(UsageEvent.TOPIC), workload, perSecond, platform::mayRun);
                produce(producer, source, perSecond, WARM_UP);
                platform.forgetLatencies();
                long entriesBefore = ledger.entries();
                CpuSeconds cpuBefore =
                        system.cpuSeconds().plusConsumer(consumer.cpuSeconds()).plusConsumer(enforcer.cpuSeconds());
                produce(producer, source, perSecond, duration);
                CpuSeconds cpu = system.cpuSeconds()
                        .plusConsumer(consumer.cpuSeconds())
                        .plusConsumer(enforcer.cpuSeconds())
                        .minus(cpuBefore);
                return measurement(
                        workload,
                        perSecond,
                        duration,
                        ledger.entries() - entriesBefore,
                        cpu,
                        platform.latencies(),
                        ledger);
            }
        }
    }

    private static Measurement measurement(
            Workload workload,
            int perSecond,
            Duration duration,
            long entries,
            CpuSeconds cpu,
            double[] latencies,
            BenchLedger ledger) {
        Arrays.sort(latencies);
        return new Measurement(
                "stops at %,d/s, %s".formatted(perSecond, workload.describe()),
                entries,
                entries / (double) duration.toSeconds(),
                cpu.total() * 1e6 / entries,
                null,
                null,
                percentile(latencies, 50),
                percentile(latencies, 95),
                percentile(latencies, 99),
                String.format(
                        Locale.ROOT,
                        "%,d stops, produced to readable max %.0f ms; %s; CPU µs (consumer and enforcer, broker,"
                                + " database): %s",
                        latencies.length,
                        percentile(latencies, 100),
                        overshoot(ledger),
                        cpu.perEvent(entries)));
    }

    private static double percentile(double[] sorted, int percent) {
        return sorted.length == 0
                ? Double.NaN
                : sorted[Math.max(0, (int) Math.ceil(sorted.length * percent / 100.0) - 1)];
    }

    private static String overshoot(BenchLedger ledger) {
        return JdbcClient.create(ledger.superuser())
                .sql("""
                        SELECT format('overshoot p50 %s, p95 %s, p99 %s, max %s calls, p99 %s USD; stopped to'
                                      || ' acknowledged p99 %s ms, %s of %s acknowledged',
                                      percentile_disc(0.50) WITHIN GROUP (ORDER BY overshoot_entries),
                                      percentile_disc(0.95) WITHIN GROUP (ORDER BY overshoot_entries),
                                      percentile_disc(0.99) WITHIN GROUP (ORDER BY overshoot_entries),
                                      max(overshoot_entries),
                                      percentile_disc(0.99) WITHIN GROUP (ORDER BY overshoot_usd),
                                      round(1000 * extract(epoch FROM percentile_disc(0.99) WITHIN GROUP
                                          (ORDER BY stop_acknowledged_at - stop_published_at))),
                                      count(stop_acknowledged_at), count(*))
                          FROM incident_statement
                        """)
                .query(String.class)
                .single();
    }

    private static void produce(
            KafkaProducer<byte[], byte[]> producer, EventSource source, int perSecond, Duration duration) {
        long start = System.nanoTime();
        SteadyLoad.produce(producer, source, perSecond, () -> System.nanoTime() - start < duration.toNanos());
    }

    /** Credits that last, agents with limits that half of them reach, and external users with ones that none does. */
    private static void setBudgets(BenchLedger ledger, Workload workload, long calls) {
        JdbcClient jdbc = JdbcClient.create(ledger.superuser());
        jdbc.sql("UPDATE organization_balance SET balance_nanos = :nanos")
                .param("nanos", CREDIT_NANOS)
                .update();
        long callsPerAgent = calls / (workload.organizations() * (long) workload.agentsPerOrganization());
        AgentBudgets.set(ledger.superuser(), workload, callsPerAgent * LIMIT_NANOS_MAX_PER_CALL);
        jdbc.sql("ANALYZE").update();
    }

    private static String[] enforcerSettings(BenchLedger ledger) {
        String prefix = "--aicredits.budget-enforcer.";
        return new String[] {
            prefix + "concurrency=" + THREADS,
            prefix + "topic=" + ledger.topic(LedgerChange.TOPIC),
            prefix + "dead-letter-topic=" + ledger.topic(LedgerChange.TOPIC + "-dlt"),
            prefix + "control-topic=" + ledger.topic(ControlSignal.TOPIC),
            prefix + "alert-topic=" + ledger.topic(BudgetAlert.TOPIC),
            prefix + "ack-topic=" + ledger.topic(ControlAck.TOPIC),
            prefix + "ack-dead-letter-topic=" + ledger.topic(ControlAck.TOPIC + "-dlt"),
            prefix + "group-id=" + ledger.name() + "-enforcer",
        };
    }
}
