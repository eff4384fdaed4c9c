package dev.aicredits.local;

import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code infra/reconcile}: where Stripe, our orders and the ledger differ over a period; repairs what is safe. */
@Command(
        name = "infra/reconcile",
        description = "Compares every payment, refund and dispute of a period at Stripe with our orders and the ledger,"
                + " and prints each difference. Asks the service at $AICREDITS_URL with $AICREDITS_API_KEY, else the one"
                + " that infra/.data/demo.env names. Exits with 0 if there is no difference, 1 if there is any, 2 if it"
                + " was asked wrongly or got no answer.")
public final class Reconcile implements Callable<Integer> {
    private static final String PATH = "/api/v1/operator/reconciliation";
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration ANSWER_TIMEOUT = Duration.ofMinutes(30);
    private static final int CLEAN = 0;
    private static final int DIFFERENT = 1;
    private static final int FAILED = 2;

    /** How a report is printed. */
    enum Format {
        json,
        csv
    }

    @Option(
            names = "--from",
            required = true,
            paramLabel = "<time>",
            description = "Where the period begins: a UTC date, or an RFC 3339 time in whole seconds.")
    private String from = "";

    @Option(
            names = "--to",
            required = true,
            paramLabel = "<time>",
            description = "The first moment after it. What is still to come is left out.")
    private String to = "";

    @Option(
            names = "--format",
            paramLabel = "<format>",
            description = "json (default) or csv; a repair is always answered as json.")
    private Format format = Format.json;

    @Option(names = "--repair", description = "Repairs what is safe to repair, and prints what was done and is left.")
    private boolean repair;

    @Option(names = "--help", usageHelp = true, description = "Prints this and does nothing else.")
    boolean help;

    private final JsonMapper json = new JsonMapper();
    private final PrintStream out;
    private final PrintStream err;
    private final Map<String, String> environment;

    Reconcile(Map<String, String> environment, PrintStream out, PrintStream err) {
        this.environment = environment;
        this.out = out;
        this.err = err;
    }

    public static void main(String[] arguments) {
        System.exit(OneLineErrors.commandLine(new Reconcile(System.getenv(), System.out, System.err))
                .execute(arguments));
    }

    @Override
    public Integer call() {
        String url = environment.getOrDefault("AICREDITS_URL", "");
        if (url.isEmpty()) {
            return failed("AICREDITS_URL is not set and infra/.data has no demo.env: start infra/up");
        }
        if (repair && format == Format.csv) {
            return failed("--repair answers as json only");
        }
        try {
            return print(ask(url));
        } catch (IOException e) {
            return failed("no answer from " + url + ". Is infra/up running?");
        } catch (IllegalArgumentException e) {
            return failed("AICREDITS_URL is no URL of a service");
        } catch (JacksonException e) {
            return failed("what answers at " + url + " is another service");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return failed("interrupted");
        }
    }

    private HttpResponse<String> ask(String url) throws IOException, InterruptedException {
        String query = "?from=" + encoded(from) + "&to=" + encoded(to);
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create(url + PATH + (repair ? "/repairs" + query : query + "&format=" + format)))
                .header("X-API-Key", environment.getOrDefault("AICREDITS_API_KEY", ""))
                .timeout(ANSWER_TIMEOUT);
        if (repair) {
            request.POST(BodyPublishers.noBody());
        }
        HttpClient http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(CONNECT_TIMEOUT)
                .build();
        return http.send(request.build(), BodyHandlers.ofString(StandardCharsets.UTF_8));
    }

    private static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }

    private int print(HttpResponse<String> answer) {
        if (answer.statusCode() != 200) {
            return failed(problem(answer));
        }
        if (format == Format.csv) {
            out.print(answer.body());
            out.flush();
            return answer.body().lines().count() > 1 ? DIFFERENT : CLEAN;
        }
        JsonNode report = json.readTree(answer.body());
        // As it came: read and written again, an amount might not be the same to the last digit.
        out.println(answer.body());
        return (repair ? report.path("report") : report).path("clean").asBoolean(false) ? CLEAN : DIFFERENT;
    }

    private String problem(HttpResponse<String> answer) {
        @Nullable String message = json.readTree(answer.body()).path("message").asString(null);
        return message == null ? "answered with status " + answer.statusCode() : message;
    }

    private int failed(String sentence) {
        err.println("infra/reconcile: " + sentence);
        return FAILED;
    }
}
