package dev.aicredits.bench;

import dev.aicredits.bench.PlainHttp.Answer;
import dev.aicredits.consumer.UsageConsumerApplication;
import dev.aicredits.usage.UsageEvent;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;

/**
 * What people and tools read of an organization with many entries, over HTTP at a steady rate, beside events that are booked
 * for the same organization. Latency is from when a request was due: one that had to wait for its turn counts the wait. And what a
 * browser shows of it, with nothing beside it.
 */
final class ReadScenario {

    private static final int PER_SECOND = 500;
    private static final int EVENTS_PER_SECOND = 1_000;
    /** Odd, so that each of them makes every sort of request. */
    private static final int CLIENTS = 21;

    private static final int WARM_UPS = 2;
    private static final int CSV_ROWS = 1_000_000;
    private static final String ORGANIZATION = "/api/v1/organizations/org_bench_0";
    private static final String LEDGER = ORGANIZATION + "/ai-credits/ledger?pageSize=50";

    /** What is measured on those entries. */
    enum Part {
        READS,
        PAGES
    }

    private final BenchSystem system;
    private final int concurrency;
    private final long entries;
    private final Duration duration;
    private final Set<Part> parts;

    ReadScenario(BenchSystem system, int concurrency, long entries, Duration duration, Set<Part> parts) {
        this.parts = parts;
        this.system = system;
        this.concurrency = concurrency;
        this.entries = entries;
        this.duration = duration;
    }

    /** One sort of request, all of which are made in turn. */
    private record Request(String name, String path) {}

    List<Measurement> run(Workload workload, Report report) {
        try (BenchLedger ledger = system.ledger(workload)) {
            report.add(new BacklogScenario(system, UsageConsumerApplication.class, concurrency)
                    .fill("entries to read", workload, entries, ledger));
            system.checkpoint();
            List<Measurement> measured = new ArrayList<>();
            try (ConsumerProcess consumer =
                            ConsumerProcess.start(UsageConsumerApplication.class, system, ledger, concurrency);
                    ApiProcess api = ApiProcess.start(system, ledger, Workload.organizationId(0))) {
                if (parts.contains(Part.READS)) {
                    try (Traffic traffic = new Traffic(system, ledger, workload)) {
                        measured.addAll(measured(ledger, workload, consumer, api));
                        measured.add(csv(api, consumer));
                    }
                }
                if (parts.contains(Part.PAGES)) {
                    measured.addAll(FirstPaints.of(api, workload));
                }
            }
            return measured;
        }
    }

    private List<Measurement> measured(
            BenchLedger ledger, Workload workload, ConsumerProcess consumer, ApiProcess api) {
        List<Request> requests = List.of(
                new Request("summary", ORGANIZATION + "/ai-credits/summary"),
                new Request("first page of the ledger", LEDGER),
                new Request("page far down, by cursor", LEDGER + "&cursor=" + entries / 3),
                new Request(
                        "usage of an agent", ORGANIZATION + "/agents/" + EventSource.agentId(workload, 3) + "/usage"));
        for (int i = 0; i < WARM_UPS; i++) {
            load(api, requests);
        }
        long bookedBefore = ledger.entries();
        CpuSeconds before = system.cpuSeconds().plusConsumer(consumer.cpuSeconds());
        double apiBefore = api.cpuSeconds();
        double[][] millis = load(api, requests);
        CpuSeconds cpu = system.cpuSeconds().plusConsumer(consumer.cpuSeconds()).minus(before);
        double apiSeconds = api.cpuSeconds() - apiBefore;
        int calls = Arrays.stream(millis).mapToInt(row -> row.length).sum();
        String note = "beside %,d events/s; CPU of the API %.0f µs a call; of the others %.1f s in %d s"
                .formatted(
                        (ledger.entries() - bookedBefore) / duration.toSeconds(),
                        apiSeconds * 1e6 / calls,
                        cpu.total(),
                        duration.toSeconds());
        return IntStream.range(0, requests.size())
                .mapToObj(i -> measurement(requests.get(i).name(), millis[i], note))
                .toList();
    }

    private Measurement measurement(String name, double[] millis, String note) {
        Arrays.sort(millis);
        return Measurement.ofCalls(
                name + ", at %d/s in all".formatted(PER_SECOND),
                millis,
                millis.length / (double) duration.toSeconds(),
                null,
                note);
    }

    /** The milliseconds of each request's calls. */
    private double[][] load(ApiProcess api, List<Request> requests) {
        double[] millis = SteadyCalls.millis(
                system.clock(),
                PER_SECOND,
                Math.toIntExact(duration.toSeconds() * PER_SECOND),
                CLIENTS,
                api.port(),
                api.authorization(),
                (http, number, due) -> {
                    Answer answer =
                            http.get(requests.get(number % requests.size()).path());
                    if (answer.status() != 200) {
                        throw new IllegalStateException("a call was answered " + answer.status() + " " + answer.body());
                    }
                });
        return IntStream.range(0, requests.size())
                .mapToObj(which -> IntStream.range(0, millis.length)
                        .filter(number -> number % requests.size() == which)
                        .mapToDouble(number -> millis[number])
                        .toArray())
                .toArray(double[][]::new);
    }

    /** Reads a million rows of the export; it goes on for longer, and is left there. */
    private Measurement csv(ApiProcess api, ConsumerProcess consumer) {
        try {
            long residentBefore = Cpu.residentKilobytes(api.pid());
            HttpURLConnection connection = (HttpURLConnection)
                    URI.create("http://127.0.0.1:" + api.port() + ORGANIZATION + "/ai-credits/ledger?format=csv")
                            .toURL()
                            .openConnection();
            connection.setRequestProperty("Authorization", "Bearer " + api.key());
            long start = System.nanoTime();
            long rows = 0;
            try (BufferedReader lines =
                    new BufferedReader(new InputStreamReader(connection.getInputStream(), StandardCharsets.UTF_8))) {
                while (rows < CSV_ROWS && lines.readLine() != null) {
                    rows++;
                }
                double seconds = (System.nanoTime() - start) / 1e9;
                connection.disconnect();
                return new Measurement(
                        "rows of CSV",
                        rows,
                        rows / seconds,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        "the API's memory grew by %d MB of a heap of 512; consumer %.1f CPU-s"
                                .formatted(
                                        (Cpu.residentKilobytes(api.pid()) - residentBefore) / 1024,
                                        consumer.cpuSeconds()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Events at a steady rate until it is closed. */
    private static final class Traffic implements AutoCloseable {

        private final KafkaProducer<byte[], byte[]> producer;
        private final LoadThread thread;

        Traffic(BenchSystem system, BenchLedger ledger, Workload workload) {
            producer = Producers.of(system.bootstrapServers(), Duration.ofMillis(5));
            EventSource source = new EventSource(system.clock(), ledger.topic(UsageEvent.TOPIC), workload, 7);
            thread = LoadThread.start(
                    "traffic", goesOn -> SteadyLoad.produce(producer, source, EVENTS_PER_SECOND, goesOn));
        }

        @Override
        public void close() {
            thread.close();
            producer.close();
        }
    }
}
