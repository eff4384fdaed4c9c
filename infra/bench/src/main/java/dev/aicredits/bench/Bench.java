package dev.aicredits.bench;

import dev.aicredits.consumer.UsageConsumerApplication;
import dev.aicredits.embedded.StartupFailure;
import dev.aicredits.embedded.TopicDeclaration;
import dev.aicredits.embedded.TopicFile;
import dev.aicredits.usage.UsageEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** The benchmark's command line. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "Measures events from Kafka to committed debits and webhooks to committed credits, with an embedded broker and a durable database.")
public final class Bench implements Callable<Integer> {

    private static final Set<String> PARTS = new TreeSet<>(Set.of(
            "backlog",
            "ceiling",
            "duplicates",
            "naive",
            "users",
            "live",
            "growth",
            "checkout",
            "stops",
            "holds",
            "reads",
            "pages"));
    /** Those that are compared with none of the others. */
    private static final Set<String> ALONE =
            Set.of("backlog", "live", "growth", "checkout", "stops", "holds", "reads", "pages");

    private static final int AGENTS_PER_ORGANIZATION = 10;
    /** One a core of the two that the figures are for. */
    private static final int CEILING_CONNECTIONS = 2;

    @Option(
            names = "--only",
            split = ",",
            description =
                    "Parts to run: backlog and its ceiling, duplicates, naive, users; live; growth; checkout; stops; holds; reads; pages (default: all).")
    Set<String> only = new TreeSet<>(PARTS);

    @Spec
    @Nullable CommandSpec spec;

    @Option(names = "--events", description = "Events of a backlog (default: ${DEFAULT-VALUE}).")
    long events = 5_000_000;

    @Option(
            names = "--organizations",
            split = ",",
            description = "Of a backlog's events: 1 is one hot organization (default: 1000,1).")
    List<Integer> organizations = List.of(1_000, 1);

    @Option(
            names = "--users-per-agent",
            description =
                    "External users of each agent, whose spends are kept too, in users, checkout, stops, holds, reads and pages; in the others all calls are anonymous (default: ${DEFAULT-VALUE}).")
    int usersPerAgent = 5;

    @Option(names = "--concurrency", description = "The consumer's threads (default: ${DEFAULT-VALUE}).")
    int concurrency = 2;

    @Option(names = "--naive-events", description = "Events of the naive design (default: ${DEFAULT-VALUE}).")
    long naiveEvents = 100_000;

    @Option(names = "--growth-entries", description = "How far the table grows (default: ${DEFAULT-VALUE}).")
    long growthEntries = 10_000_000;

    @Option(
            names = "--live-organizations",
            split = ",",
            description = "Of a live producer's events: 1 is one hot organization; one run each (default: 1000).")
    List<Integer> liveOrganizations = List.of(1_000);

    @Option(
            names = "--live-duplicates",
            split = ",",
            paramLabel = "<percent>",
            description = "How many of a hundred of its records repeat an earlier one; one run each (default: 0).")
    List<Integer> liveDuplicates = List.of(0);

    @Option(names = "--live-seconds", description = "Seconds of a live run (default: ${DEFAULT-VALUE}).")
    long liveSeconds = 300;

    @Option(
            names = "--live-rates",
            split = ",",
            description = "Events a second of the live producer; one run each (default: 1000,60000).")
    List<Integer> liveRates = List.of(1_000, 60_000);

    @Option(names = "--stop-seconds", description = "Seconds of the run with stops (default: ${DEFAULT-VALUE}).")
    long stopSeconds = 60;

    @Option(names = "--stop-rate", description = "Events a second of the run with stops (default: ${DEFAULT-VALUE}).")
    int stopRate = 5_000;

    @Option(
            names = "--checkout-seconds",
            description =
                    "Seconds of webhooks at 200 a second, after two minutes of the same (default: ${DEFAULT-VALUE}).")
    long checkoutSeconds = 40;

    @Option(
            names = "--hold-seconds",
            description =
                    "Seconds of holds, and of holds with releases, after twice as many to warm up (default: ${DEFAULT-VALUE}).")
    long holdSeconds = 20;

    @Option(names = "--hold-clients", description = "Clients that reserve at once (default: ${DEFAULT-VALUE}).")
    int holdClients = 50;

    @Option(
            names = "--read-entries",
            description = "Entries of the organization that is read (default: ${DEFAULT-VALUE}).")
    long readEntries = 10_000_000;

    @Option(
            names = "--read-seconds",
            description = "Seconds of reads, after twice as many to warm up (default: ${DEFAULT-VALUE}).")
    long readSeconds = 30;

    @Option(
            names = "--postgres-setting",
            paramLabel = "<name=value>",
            description = "Of the database server; may be repeated (ours: see README.md).")
    Map<String, String> postgresSettings = new TreeMap<>();

    @Option(
            names = "--postgres",
            paramLabel = "<folder>",
            description =
                    "A PostgreSQL of this machine, 15 or newer, by the folder that holds its bin (default: the embedded one).")
    @Nullable Path postgres;

    @Option(names = "--data", description = "Folder for broker and database (default: a temporary one, deleted).")
    Path data = Path.of("");

    @Option(names = "--out", description = "The JSON file to write (default: ${DEFAULT-VALUE}).")
    Path out = Path.of("bench.json");

    private final Clock clock;

    private Bench(Clock clock) {
        this.clock = clock;
    }

    /** Runs it. */
    public static void main(String[] args) {
        // The local Stripe's web server tells its life there.
        Logger.getLogger("").setLevel(Level.WARNING);
        System.exit(new CommandLine(new Bench(Clock.systemUTC()))
                .setExecutionExceptionHandler(Bench::explain)
                .execute(args));
    }

    /** One line for what whoever runs it can mend, such as a folder that can't be used; a trace for defects. */
    private static int explain(Exception failure, CommandLine command, ParseResult parsed) throws Exception {
        if (failure instanceof StartupFailure) {
            command.getErr().println(failure.getMessage());
            return command.getCommandSpec().exitCodeOnExecutionException();
        }
        throw failure;
    }

    @Override
    public Integer call() throws IOException {
        if (!PARTS.containsAll(only) || Collections.disjoint(only, ALONE)) {
            throw new ParameterException(
                    Objects.requireNonNull(spec).commandLine(),
                    "--only takes " + PARTS + "; ceiling, duplicates, naive and users are compared with backlog");
        }
        Path folder = data.toString().isEmpty() ? Files.createTempDirectory("aicredits-bench") : data;
        Report report = new Report(System.out);
        report.printHeader();
        try (BenchSystem system = BenchSystem.start(clock, folder, postgres, postgresSettings)) {
            if (only.contains("backlog")) {
                for (int count : organizations) {
                    backlog(system, report, count, count == 1 ? 50 : 20);
                }
            }
            if (only.contains("live")) {
                live(system, report);
            }
            if (only.contains("growth")) {
                growth(system, report);
            }
            if (only.contains("checkout")) {
                checkout(system, report);
            }
            if (only.contains("holds")) {
                new HoldScenario(system, holdClients, Duration.ofSeconds(holdSeconds))
                        .run(withUsers(1))
                        .forEach(report::add);
            }
            Set<ReadScenario.Part> reads = EnumSet.noneOf(ReadScenario.Part.class);
            if (only.contains("reads")) {
                reads.add(ReadScenario.Part.READS);
            }
            if (only.contains("pages")) {
                reads.add(ReadScenario.Part.PAGES);
            }
            if (!reads.isEmpty()) {
                new ReadScenario(system, concurrency, readEntries, Duration.ofSeconds(readSeconds), reads)
                        .run(withUsers(1), report)
                        .forEach(report::add);
            }
            if (only.contains("stops")) {
                report.add(new StopScenario(system).run(withUsers(1_000), stopRate, Duration.ofSeconds(stopSeconds)));
            }
        } finally {
            if (data.toString().isEmpty()) {
                org.springframework.util.FileSystemUtils.deleteRecursively(folder);
            }
        }
        report.write(out);
        return 0;
    }

    private void backlog(BenchSystem system, Report report, int organizations, int naiveTimes) {
        Workload workload = anonymous(organizations, 0);
        BacklogScenario ours = new BacklogScenario(system, UsageConsumerApplication.class, concurrency);
        double rate = backlogAndCeiling(system, report, ours, workload);
        if (only.contains("duplicates")) {
            Measurement repeated = report.add(ours.run("backlog", anonymous(organizations, 5), events));
            report.ratio(
                    workload.describe() + ": of that rate with 5% duplicates (at least 0.67)",
                    repeated.eventsPerSecond() / rate);
        }
        if (only.contains("naive")) {
            Measurement naive =
                    report.add(new BacklogScenario(system, NaiveConsumerApplication.class, usagePartitions())
                            .run("one transaction per event", workload, naiveEvents));
            report.ratio(
                    workload.describe() + ": times the one-transaction-per-event design (at least " + naiveTimes + ")",
                    rate / naive.eventsPerSecond());
        }
        if (only.contains("users")) {
            backlogAndCeiling(system, report, ours, withUsers(organizations));
        }
    }

    /** Answers the backlog's events a second. */
    private double backlogAndCeiling(BenchSystem system, Report report, BacklogScenario ours, Workload workload) {
        try (BenchLedger ledger = system.ledger(workload)) {
            double rate =
                    report.add(ours.run("backlog", workload, events, ledger)).eventsPerSecond();
            if (only.contains("ceiling")) {
                Measurement ceiling =
                        report.add(new CopyCeiling(system, workload.organizations() == 1 ? 1 : CEILING_CONNECTIONS)
                                .run("ceiling: COPY of the same rows, " + workload.describe(), ledger));
                report.ratio(ceilingRatio(workload), rate / ceiling.eventsPerSecond());
            }
            return rate;
        }
    }

    /** As many threads as can work: a partition is read by one. */
    private static int usagePartitions() {
        return TopicFile.packaged().stream()
                .filter(topic -> topic.name().equals(UsageEvent.TOPIC))
                .mapToInt(TopicDeclaration::partitions)
                .sum();
    }

    private static String ceilingRatio(Workload workload) {
        String ratio = workload.describe() + ": of the COPY ceiling";
        return workload.usersPerAgent() == 0 ? ratio + " (at least 0.5)" : ratio;
    }

    private void live(BenchSystem system, Report report) {
        LiveScenario live = new LiveScenario(system, concurrency);
        for (int count : liveOrganizations) {
            for (int percent : liveDuplicates) {
                for (int rate : liveRates) {
                    report.add(live.run(
                            "live at %,d/s".formatted(rate),
                            anonymous(count, percent),
                            rate,
                            Duration.ofSeconds(liveSeconds)));
                }
            }
        }
    }

    private void growth(BenchSystem system, Report report) {
        Workload workload = anonymous(1_000, 0);
        try (BenchLedger ledger = system.ledger(workload)) {
            report.add(new BacklogScenario(system, UsageConsumerApplication.class, concurrency)
                    .fill("growth", workload, growthEntries, ledger));
            report.ratio("rate of the last million entries over that of the second", Growth.ratio(ledger, report));
        }
    }

    private void checkout(BenchSystem system, Report report) {
        CheckoutScenario checkout = new CheckoutScenario(system, Duration.ofSeconds(checkoutSeconds));
        checkout.run(withUsers(1_000)).forEach(report::add);
    }

    private static Workload anonymous(int organizations, int duplicatePercent) {
        return new Workload(organizations, AGENTS_PER_ORGANIZATION, 0, duplicatePercent);
    }

    private Workload withUsers(int organizations) {
        return new Workload(organizations, AGENTS_PER_ORGANIZATION, usersPerAgent, 0);
    }
}
