package dev.aicredits.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicredits.ledger.AuditFinding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Alerts, dashboards and runbook against the documented metrics, which {@link UpTest} compares with a running system's. */
class MonitoringTest {

    private static final Path INFRA = Path.of("..");
    private static final Path RULES = INFRA.resolve("prometheus/aicredits.rules.yml");
    private static final Pattern RUNBOOK_ENTRY = Pattern.compile("(?m)^### (\\w+)$");
    private static final Pattern SELECTOR = Pattern.compile("([a-zA-Z_:][\\w:]*)\\s*\\{([^}]*)}");
    private static final Pattern MATCHED_LABEL = Pattern.compile("(\\w+)\\s*(?:=~|!~|!=|=)");
    private static final Pattern GROUPING = Pattern.compile("\\b(?:by|without|on|ignoring)\\s*\\(([^)]*)\\)");
    private static final Pattern NOT_METRICS = Pattern.compile("\\{[^}]*}|\\[[^]]*]|\"[^\"]*\"");
    private static final Pattern NAME = Pattern.compile("(?<![\\w.])([a-zA-Z_:][\\w:]*)(?!\\w|\\s*\\()");
    private static final Set<String> OPERATORS = Set.of("and", "or", "unless", "bool", "offset");

    /** What Prometheus adds to every series, and what a histogram's buckets have. */
    private static final Set<String> ADDED_LABELS = Set.of("instance", "job", "le");

    /** An alert as the rules have it. */
    private record Alert(String name, String expression, String severity, String summary, String runbook) {}

    @Test
    void everyAlertsExpressionNamesMetricsAndLabelsThatExist() throws IOException {
        Map<String, Metric> documented = Metric.documented();
        for (Alert alert : alerts()) {
            assertThat(unknownIn(alert.expression(), documented.values()))
                    .as(alert.name())
                    .isEmpty();
        }
    }

    @Test
    void everyDashboardsExpressionNamesMetricsAndLabelsThatExist() throws IOException {
        Map<String, Metric> documented = Metric.documented();
        List<Path> dashboards;
        try (Stream<Path> files = Files.list(INFRA.resolve("grafana"))) {
            dashboards = files.filter(file -> file.toString().endsWith(".json")).toList();
        }
        assertThat(dashboards).isNotEmpty();
        for (Path dashboard : dashboards) {
            List<String> expressions = expressions(JsonMapper.shared().readTree(Files.readString(dashboard)));
            assertThat(expressions).isNotEmpty().allSatisfy(expression -> assertThat(
                            unknownIn(expression, documented.values()))
                    .as(expression)
                    .isEmpty());
        }
    }

    @Test
    void whatDoesNotExistIsNoticed() throws IOException {
        Collection<Metric> documented = Metric.documented().values();

        assertThat(unknownIn("sum(rate(aicredits_usage_consumed_total[5m])) / aicredits_nothing > 0", documented))
                .containsExactly("aicredits_nothing");
        assertThat(unknownIn("aicredits_usage_events_total{cause=\"conflict\"}", documented))
                .containsExactly("aicredits_usage_events_total{cause}");
        assertThat(unknownIn("sum by (topics) (aicredits_topic_lag_seconds)", documented))
                .containsExactly("by (topics)");
        assertThat(unknownIn("aicredits_usage_booking_seconds > 1", documented))
                .as("a histogram has no series of its own name")
                .containsExactly("aicredits_usage_booking_seconds");
    }

    @Test
    void everyAlertHasARunbookEntryAndNoEntryIsLeftOver() throws IOException {
        List<Alert> alerts = alerts();

        assertThat(alerts).extracting(Alert::name).doesNotHaveDuplicates();
        assertThat(RUNBOOK_ENTRY
                        .matcher(Files.readString(INFRA.resolve("RUNBOOK.md")))
                        .results())
                .extracting(entry -> entry.group(1))
                .containsExactlyElementsOf(alerts.stream().map(Alert::name).toList());
        assertThat(alerts).allSatisfy(alert -> {
            assertThat(alert.runbook())
                    .isEqualTo("infra/RUNBOOK.md#" + alert.name().toLowerCase(Locale.ROOT));
            assertThat(alert.severity()).isIn("page", "ticket");
            assertThat(alert.summary()).isNotBlank();
        });
    }

    @Test
    void theRunbookSaysOfEveryKindOfDifferenceWhatToDo() throws IOException {
        String runbook = Files.readString(INFRA.resolve("RUNBOOK.md"));

        assertThat(AuditFinding.Kind.values())
                .allSatisfy(kind -> assertThat(runbook.lines().filter(line -> line.matches("\\|[^|]*`" + kind + "`.*")))
                        .as(kind.name())
                        .singleElement()
                        .asString()
                        .matches("\\|[^|]+(\\|[^|]{10,}){3}\\|"));
    }

    /** That they fire and are silent when they should is tried by promtool, with these. */
    @Test
    void everyAlertIsInPrometheusOwnTests() throws IOException {
        List<?> tests = (List<?>)
                yaml(INFRA.resolve("prometheus/aicredits.rules.test.yml")).get("tests");

        assertThat(tests)
                .extracting(test -> ((Map<?, ?>) test).get("name"))
                .isEqualTo(alerts().stream().map(Alert::name).toList());
    }

    private static List<Alert> alerts() throws IOException {
        List<Alert> alerts = new ArrayList<>();
        for (Object group : (List<?>) yaml(RULES).get("groups")) {
            for (Object each : (List<?>) ((Map<?, ?>) group).get("rules")) {
                Map<?, ?> rule = (Map<?, ?>) each;
                Map<?, ?> annotations = (Map<?, ?>) rule.get("annotations");
                alerts.add(new Alert(
                        (String) rule.get("alert"),
                        (String) rule.get("expr"),
                        (String) ((Map<?, ?>) rule.get("labels")).get("severity"),
                        (String) annotations.get("summary"),
                        (String) annotations.get("runbook")));
            }
        }
        assertThat(alerts).isNotEmpty();
        return alerts;
    }

    private static Map<String, Object> yaml(Path file) throws IOException {
        return new Yaml(new SafeConstructor(new LoaderOptions())).load(Files.readString(file));
    }

    private static List<String> expressions(JsonNode node) {
        return node.findValuesAsString("expr");
    }

    /** The metrics and labels of an expression of PromQL that nothing documented has. */
    private static List<String> unknownIn(String expression, Collection<Metric> documented) {
        List<String> unknown = new ArrayList<>();
        for (MatchResult selector : SELECTOR.matcher(expression).results().toList()) {
            Set<String> labels =
                    of(selector.group(1), documented).map(Metric::labels).orElse(Set.of());
            names(MATCHED_LABEL, selector.group(2).replaceAll("\"[^\"]*\"", "")).stream()
                    .filter(label -> !labels.contains(label) && !ADDED_LABELS.contains(label))
                    .forEach(label -> unknown.add(selector.group(1) + "{" + label + "}"));
        }
        for (MatchResult grouping : GROUPING.matcher(expression).results().toList()) {
            Stream.of(grouping.group(1).split(","))
                    .map(String::strip)
                    .filter(label -> !ADDED_LABELS.contains(label)
                            && documented.stream()
                                    .noneMatch(metric -> metric.labels().contains(label)))
                    .forEach(label -> unknown.add("by (" + label + ")"));
        }
        String bare = NOT_METRICS.matcher(expression).replaceAll("");
        names(NAME, GROUPING.matcher(bare).replaceAll("(")).stream()
                .filter(name -> !OPERATORS.contains(name) && !name.equals("up"))
                .filter(name -> of(name, documented).isEmpty())
                .forEach(unknown::add);
        return unknown;
    }

    private static Optional<Metric> of(String series, Collection<Metric> documented) {
        return documented.stream().filter(metric -> metric.hasSeries(series)).findFirst();
    }

    private static List<String> names(Pattern pattern, String text) {
        return pattern.matcher(text).results().map(found -> found.group(1)).toList();
    }
}
