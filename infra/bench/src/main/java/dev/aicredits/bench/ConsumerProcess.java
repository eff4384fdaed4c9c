package dev.aicredits.bench;

import dev.aicredits.embedded.JvmProcess;
import dev.aicredits.ledger.LedgerChange;
import dev.aicredits.schema.LedgerDatabase;
import dev.aicredits.usage.UsageEvent;
import java.util.ArrayList;
import java.util.List;

/** A consumer in a JVM of its own: the usage consumer as it ships, or a comparison behind the same consumption. */
final class ConsumerProcess implements AutoCloseable {

    /**
     * A small heap, mostly young: what a batch makes is garbage once it is booked. On large pages where the system has
     * them: what is known of 50,000 external users is looked up at random, and the misses of 4 KB pages cost a twentieth. Less
     * is inlined than the JVM would: its compilers take half as long, and what they make is as fast.
     */
    private static final List<String> JVM_OPTIONS = List.of(
            "-Xmx512m",
            "-Xmn320m",
            "-XX:+UseParallelGC",
            "-XX:+UseTransparentHugePages",
            "-XX:FreqInlineSize=100",
            "-XX:InlineSmallCode=1000",
            "-XX:+ExitOnOutOfMemoryError");

    private final JvmProcess process;

    private ConsumerProcess(JvmProcess process) {
        this.process = process;
    }

    static ConsumerProcess start(
            Class<?> application, BenchSystem system, BenchLedger ledger, int concurrency, String... settings) {
        List<String> arguments = new ArrayList<>(common(system, ledger));
        arguments.addAll(List.of(
                "--spring.datasource.hikari.maximum-pool-size=" + (concurrency + 2),
                "--server.port=0",
                "--aicredits.usage-consumer.concurrency=" + concurrency,
                "--aicredits.usage-consumer.topic=" + ledger.topic(UsageEvent.TOPIC),
                "--aicredits.usage-consumer.dead-letter-topic=" + ledger.topic(UsageEvent.TOPIC + "-dlt"),
                "--aicredits.usage-consumer.ledger-topic=" + ledger.topic(LedgerChange.TOPIC),
                "--aicredits.usage-consumer.group-id=" + ledger.name()));
        arguments.addAll(List.of(settings));
        return new ConsumerProcess(
                JvmProcess.start(application, withEnvironment(JVM_OPTIONS), arguments, ConsumerProcess::isStarted));
    }

    /** What every service here is started with. */
    static List<String> common(BenchSystem system, BenchLedger ledger) {
        return List.of(
                "--spring.datasource.url=" + ledger.jdbcUrl(),
                "--spring.datasource.username=" + LedgerDatabase.APP_ROLE,
                "--spring.datasource.password=" + ledger.password(),
                "--spring.kafka.bootstrap-servers=" + system.bootstrapServers(),
                "--logging.level.root=WARN",
                "--logging.level.dev.aicredits=INFO");
    }

    /** Whether a line of its output says that a service serves. */
    static boolean isStarted(String line) {
        return line.contains("Started ") && line.contains(" seconds");
    }

    /** These JVM options and those of BENCH_CONSUMER_OPTIONS. */
    static List<String> withEnvironment(List<String> jvmOptions) {
        List<String> options = new ArrayList<>(jvmOptions);
        String more = System.getenv("BENCH_CONSUMER_OPTIONS");
        if (more != null) {
            options.addAll(List.of(more.split(" ", -1)));
        }
        return options;
    }

    double cpuSeconds() {
        return Cpu.seconds(process.pid());
    }

    boolean isAlive() {
        return process.isAlive();
    }

    long pid() {
        return process.pid();
    }

    @Override
    public void close() {
        process.close();
    }
}
