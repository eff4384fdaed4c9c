package dev.aicredits.local;

import dev.aicredits.embedded.JvmProcess;
import dev.aicredits.embedded.PostgresServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.StringSerializer;

/** An {@code infra/up} on free ports, as a process of its own. */
final class UpRun implements AutoCloseable {
    /** Starting is what these tests wait for. Of an option given twice the JVM takes the later. */
    private static final List<String> JVM_OPTIONS = Stream.concat(
                    JvmProcess.SHORT_LIVED.stream(), Stream.of("-Xmx512m"))
            .toList();

    /** How one ended by itself, and what it had to say. */
    record Ended(int exitCode, List<String> lines) {}

    private final JvmProcess process;
    private final Path data;

    private UpRun(JvmProcess process, Path data) {
        this.process = process;
        this.data = data;
    }

    /** Returns once it printed its Ready line. */
    static UpRun start(Path data, int traffic, String... options) {
        List<String> given =
                new ArrayList<>(List.of("--data", data.toString(), "--traffic", Integer.toString(traffic)));
        given.addAll(List.of(options));
        List<String> arguments = withFreePorts(given);
        return new UpRun(JvmProcess.start(Up.class, JVM_OPTIONS, arguments, line -> line.startsWith("Ready")), data);
    }

    /** Runs one that is not to start, until it ends. */
    static Ended refused(Path data, String... options) throws IOException, InterruptedException {
        Path errors = Files.createTempFile("up", ".err");
        int exitCode = command(data, options)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(errors.toFile())
                .start()
                .waitFor();
        return new Ended(exitCode, read(errors));
    }

    /** Runs one that ends by itself; the lines are of both its outputs. */
    static Ended played(Path data, String... options) throws IOException, InterruptedException {
        Path output = Files.createTempFile("up", ".out");
        int exitCode = command(data, options)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start()
                .waitFor();
        return new Ended(exitCode, read(output));
    }

    private static List<String> read(Path file) throws IOException {
        List<String> lines = Files.readAllLines(file);
        Files.delete(file);
        return lines;
    }

    private static ProcessBuilder command(Path data, String... options) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(JVM_OPTIONS);
        command.add(Up.class.getName());
        List<String> arguments = new ArrayList<>(List.of("--data", data.toString()));
        arguments.addAll(List.of(options));
        command.addAll(withFreePorts(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
        return builder;
    }

    private static List<String> withFreePorts(List<String> options) {
        List<String> arguments = new ArrayList<>(options);
        for (String port : List.of("--port", "--kafka-port", "--postgres-port", "--stripe-port")) {
            if (!arguments.contains(port)) {
                arguments.addAll(List.of(port, "0"));
            }
        }
        return arguments;
    }

    String readyLine() {
        return process.readyLine();
    }

    /** What sourcing demo.env sets. */
    Map<String, String> demoEnv() throws IOException {
        return Files.readAllLines(data.resolve("demo.env")).stream()
                .map(line -> line.replaceFirst("^export ", "").split("=", 2))
                .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
    }

    /** The rows of a query over DATABASE_URL. */
    List<List<String>> query(String sql) throws IOException {
        return new JdbcQuery(JdbcQuery.jdbcUrl(demoEnv().get("DATABASE_URL")))
                .run(sql)
                .rows();
    }

    /** Sends usage events of an organization through Kafka; returns when all of them are acknowledged. */
    void send(String organization, List<String> events) throws IOException, InterruptedException, ExecutionException {
        Map<String, Object> config =
                Map.of("bootstrap.servers", demoEnv().get("KAFKA_BOOTSTRAP_SERVERS"), "acks", "all");
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(config, new StringSerializer(), new StringSerializer())) {
            List<Future<RecordMetadata>> acknowledgements = events.stream()
                    .map(event -> producer.send(new ProducerRecord<>("agent.usage.v1", organization, event)))
                    .toList();
            for (Future<RecordMetadata> acknowledgement : acknowledgements) {
                acknowledgement.get();
            }
        }
    }

    /** Posts JSON to a path of the organization's, as the platform; returns the answer. */
    String post(String organization, String path, String json) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create(demoEnv().get("AICREDITS_URL") + "/api/v1/organizations/" + organization + path))
                .header("Authorization", "Bearer " + demoEnv().get("AICREDITS_API_KEY"))
                .header("Content-Type", "application/json");
        return post(request, json);
    }

    /** What a path below the API's own answers to the platform, to a method with a body of JSON if it is not empty. */
    String call(String method, String path, String json) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(demoEnv().get("AICREDITS_URL") + "/api/v1" + path))
                .header("Authorization", "Bearer " + demoEnv().get("AICREDITS_API_KEY"))
                .header("Content-Type", "application/json")
                .method(method, json.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(json))
                .build();
        return HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body();
    }

    /** What Prometheus would read of it. */
    String metrics() throws IOException, InterruptedException {
        URI page = URI.create(demoEnv().get("AICREDITS_URL") + "/actuator/prometheus");
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(page).build(), BodyHandlers.ofString())
                .body();
    }

    /** The same in the format that Prometheus asks for, which names traces beside what was counted in them. */
    String openMetrics() throws IOException, InterruptedException {
        URI page = URI.create(demoEnv().get("AICREDITS_URL") + "/actuator/prometheus");
        HttpRequest request = HttpRequest.newBuilder(page)
                .header("Accept", "application/openmetrics-text; version=1.0.0")
                .build();
        return HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body();
    }

    /** Has the local Stripe do something. */
    void control(String path) throws IOException, InterruptedException {
        post(HttpRequest.newBuilder(URI.create(demoEnv().get("LOCAL_STRIPE_URL") + "/control" + path)), "");
    }

    /** Starts a purchase of so many USD; returns the session's id. */
    String startCheckout(String organization, int usd) throws IOException, InterruptedException {
        String answer = post(organization, "/ai-credits/checkout-session", "{\"creditAmountUsd\": " + usd + "}");
        return answer.replaceFirst("(?s).*\"sessionId\" *: *\"([^\"]+)\".*", "$1");
    }

    /** Pays a session in the customer's place. */
    void pay(String session) throws IOException, InterruptedException {
        post(
                HttpRequest.newBuilder(
                        URI.create(demoEnv().get("LOCAL_STRIPE_URL") + "/control/sessions/" + session + "/pay")),
                "");
    }

    private static String post(HttpRequest.Builder request, String body) throws IOException, InterruptedException {
        HttpResponse<String> response = HttpClient.newHttpClient()
                .send(request.POST(BodyPublishers.ofString(body)).build(), BodyHandlers.ofString());
        if (response.statusCode() / 100 != 2) {
            throw new AssertionError(response.statusCode() + ": " + response.body());
        }
        return response.body();
    }

    /** The status that a route answers a body of JSON with. */
    int statusOfPost(String path, String key, String body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(demoEnv().get("AICREDITS_URL") + path))
                .header("Authorization", "Bearer " + key)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body))
                .build();
        return HttpClient.newHttpClient()
                .send(request, BodyHandlers.discarding())
                .statusCode();
    }

    /** SIGKILL. */
    void kill() {
        process.kill();
    }

    /** SIGTERM; returns the code that it exits with, and fails if it does not end by itself. */
    int terminate() {
        return process.terminate();
    }

    /** Ctrl-C's SIGINT; returns the code that it exits with, and fails if it does not end by itself. */
    int interrupt() {
        return process.interrupt();
    }

    /** Whether a PostgreSQL process of this data folder is there. */
    boolean hasPostgres() {
        return ProcessHandle.allProcesses().anyMatch(process -> process.info()
                .commandLine()
                .filter(line -> line.contains(data.toString()) && line.contains("postgres"))
                .isPresent());
    }

    @Override
    public void close() {
        process.close();
        PostgresServer.stopLeftover(data.resolve("postgres"));
    }
}
