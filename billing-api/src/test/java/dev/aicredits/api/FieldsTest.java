package dev.aicredits.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicredits.api.ApiDocument.Field;
import dev.aicredits.api.ApiDocument.Operation;
import dev.aicredits.api.ApiDocument.Parameter;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Every field, parameter and path variable of every operation of the OpenAPI document, with what it can't be: refused with a
 * 4xx and a reason, never a 5xx, and no row of any table is another.
 */
class FieldsTest {

    private static final ApiSystem SYSTEM = ApiSystem.shared();
    private static final List<Operation> OPERATIONS = new ApiDocument(SYSTEM).operations();
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private static final String HUGE = "\"" + "x".repeat(100_000) + "\"";
    private static final String SQL = "'; DROP TABLE ledger_entry; --";
    private static final String HTML = "<script>alert(1)</script>";

    private static final List<String> NO_TEXT = List.of(
            "7",
            "-1",
            "true",
            "{}",
            "[]",
            "[\"x\"]",
            HUGE,
            "\"\\u0000\"",
            "\"a\\nb\"",
            "\"\\u001b[31m\"",
            "\"\\ud800\"");
    private static final List<String> NO_TIME = List.of(
            "\"yesterday\"", "\"2026-13-45T00:00:00Z\"", "\"1999-01-01T00:00:00Z\"", "\"+999999999-12-31T23:59:59Z\"");
    private static final List<String> NO_AMOUNT = List.of(
            "\"5\"",
            "\"NaN\"",
            "NaN",
            "Infinity",
            "-",
            "true",
            "{}",
            "[]",
            "[5]",
            "\"\"",
            "1e400",
            "1e999999999",
            "0.0000000001",
            "9223372036854775808",
            "1" + "0".repeat(2_000));
    private static final List<String> NO_COUNT = List.of(
            "\"1\"", "NaN", "true", "{}", "[]", "[1]", "1.5", "-1", "2147483648", "1e400", "9223372036854775808");
    private static final List<String> NO_LIST =
            List.of("\"x\"", "7", "true", "{}", "[]", "[7]", "[{}]", "[null]", "[\"\"]");
    private static final List<String> NO_OBJECT =
            List.of("\"x\"", "7", "true", "[]", "[{}]", "{\"nobody-knows-this\":1}", "null");
    private static final List<String> NO_SWITCH = List.of("\"true\"", "\"\"", "1", "0", "{}", "[]");

    /** Text that people write and read: it is kept as it is, whatever a database or a browser would make of it. */
    private static final Set<String> FREE = Set.of("name", "description", "reason", "externalUserId");

    /** Fields that stand in the place of others of the sample. */
    private static final Set<String> IN_PLACE = Set.of("DeadLetter_replay.ids");

    /** Parameters that any text may be compared with. */
    private static final Set<String> COMPARED = Set.of("agentId", "DeadLetter_list.organizationId");

    /** Where a debit is as good as a credit. */
    private static final Set<String> SIGNED = Set.of("Adjustment_ask.amountUsd");

    private static final List<String> NO_BODY = List.of(
            "{",
            "[",
            "[]",
            "[[]]",
            "\"text\"",
            "7",
            "NaN",
            "{\"a\":}",
            "{\"nobody-knows-this\":1}",
            "{\"\\u0000\":1}",
            "\u0000",
            "{'a':1}",
            "{} trailing",
            "{\"x\":1e999999999}",
            "[".repeat(5_000));

    private final LivedInOrganization organization = new LivedInOrganization();
    private final List<String> wrong = new ArrayList<>();

    /** If a sample were refused for what it is, so would be all that is made of it, and nothing would be tested. */
    @Test
    void theSamplesAreGoodAndHaveEveryField() {
        for (Operation operation : OPERATIONS) {
            if (!operation.fields().isEmpty() && !operation.id().equals("Hold_capture")) {
                ObjectNode sample = Samples.of(operation, organization);
                assertThat(sample.propertyNames())
                        .as(operation.toString())
                        .containsExactlyInAnyOrderElementsOf(operation.fields().keySet().stream()
                                .filter(field -> !IN_PLACE.contains(operation.id() + "." + field))
                                .toList());
                ApiClient.Answer answer = send(operation, sample.toString());
                assertThat(answer.status()).as(operation + " " + answer.body()).isBetween(200, 299);
            }
        }
    }

    @Test
    void noFieldTakesWhatItIsNot() {
        List<String> before = organization.rows();
        int sent = 0;
        for (Operation operation : OPERATIONS) {
            for (Field field : operation.fields().values()) {
                for (String value : refused(operation, field)) {
                    refused(operation, with(operation, field.name(), value), field.name() + "=" + value);
                    sent++;
                }
                if (field.required()) {
                    ObjectNode without = Samples.of(operation, organization);
                    without.remove(field.name());
                    refused(operation, without.toString(), "without " + field.name());
                    refused(operation, with(operation, field.name(), "null"), field.name() + "=null");
                }
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(sent).isGreaterThan(250);
        assertThat(organization.rows()).isEqualTo(before);
    }

    @Test
    void noBodyIsTakenThatIsNotWhole() {
        List<String> before = organization.rows();
        for (Operation operation : OPERATIONS) {
            if (!operation.takesBody()) {
                continue;
            }
            NO_BODY.forEach(body -> refused(operation, body, body));
            if (operation.needsBody()) {
                refused(operation, "", "no body");
                refused(operation, "null", "null");
            }
            if (!operation.fields().isEmpty()) {
                String sample = Samples.of(operation, organization).toString();
                String first = operation.fields().keySet().iterator().next();
                refused(operation, sample.substring(0, sample.length() - 1), "truncated");
                refused(operation, sample.substring(0, sample.length() / 2), "cut in half");
                refused(operation, sample.replaceFirst("\\{", "{\"more\":1,"), "a field more");
                refused(operation, sample.replaceFirst("\\{", "{\"" + first + "\":1,"), "a field twice");
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(organization.rows()).isEqualTo(before);
    }

    @Test
    void textIsKeptAsItIsOrRefusedAndNeverRun() {
        for (Operation operation : OPERATIONS) {
            for (Field field : operation.fields().values()) {
                if (!field.type().equals("string") || !field.format().isEmpty()) {
                    continue;
                }
                for (String text : List.of(SQL, HTML)) {
                    String body = Samples.of(operation, organization)
                            .put(field.name(), text)
                            .toString();
                    if (FREE.contains(field.name()) && !operation.id().equals("Hold_reserve")) {
                        ApiClient.Answer answer = send(operation, fresh(operation, body));
                        check(operation, field.name() + "=" + text, answer, answer.status() < 300);
                    } else if (!FREE.contains(field.name())) {
                        refused(operation, body, field.name() + "=" + text);
                    }
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    /** Slugs are one of a kind, given or made of the name. */
    private static String fresh(Operation operation, String body) {
        return operation.id().equals("Server_create")
                ? body.replace("\"slug\":\"sample\",", "")
                        .replace("\"name\":\"sample\"", "\"name\":\"" + UUID.randomUUID() + "\"")
                : body;
    }

    @Test
    void noParameterTakesWhatItIsNot() {
        List<String> before = organization.rows();
        for (Operation operation : OPERATIONS) {
            for (Parameter parameter : operation.parameters()) {
                if (!parameter.in().equals("query")) {
                    continue;
                }
                boolean free = FREE.contains(parameter.name())
                        || COMPARED.contains(parameter.name())
                        || COMPARED.contains(operation.id() + "." + parameter.name());
                List<String> values = parameter.type().equals("integer")
                        ? List.of("x", "-1", "1.5", "NaN", "99999999999999999999", "1e3", SQL, "\u0000")
                        : free
                                ? List.of("\u0000", "a\nb", "x".repeat(5_000))
                                : List.of("\u0000", "a\nb", SQL, HTML, "x".repeat(5_000), "NaN");
                for (String value : values) {
                    ApiClient.Answer answer =
                            get(operation, organization.variables, "?" + parameter.name() + "=" + encoded(value));
                    check(operation, parameter.name() + "=" + value, answer, isRefusal(answer));
                }
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(organization.rows()).isEqualTo(before);
    }

    @Test
    void noPathNamesWhatCannotBe() {
        List<String> before = organization.rows();
        for (Operation operation : OPERATIONS) {
            for (String variable : organization.variables.keySet()) {
                if (!operation.path().contains("{" + variable + "}")) {
                    continue;
                }
                for (String value : List.of(
                        "\u0000", "a\nb", "\ud800", SQL, HTML, "x".repeat(3_000), "..", "NaN", "-1", "9".repeat(30))) {
                    Map<String, String> variables = new HashMap<>(organization.variables);
                    variables.put(variable, encoded(value));
                    boolean names = variable.equals("externalUserId") && !value.matches("(?s).*[\\p{Cc}].*|x+|\\.\\.");
                    if (!names) {
                        ApiClient.Answer answer = send(operation, variables, body(operation));
                        check(operation, variable + "=" + value, answer, isRefusal(answer));
                    }
                }
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(organization.rows()).isEqualTo(before);
    }

    private List<String> refused(Operation operation, Field field) {
        List<String> values = new ArrayList<>();
        switch (field.type()) {
            case "string" -> {
                values.addAll(NO_TEXT);
                if (field.format().equals("date-time")) {
                    values.addAll(NO_TIME);
                }
            }
            case "number" -> {
                values.addAll(NO_AMOUNT);
                if (!SIGNED.contains(operation.id() + "." + field.name())) {
                    values.add("-1");
                    values.add("-0.000000001");
                }
            }
            case "integer" -> values.addAll(NO_COUNT);
            case "boolean" -> values.addAll(NO_SWITCH);
            case "array" -> values.addAll(NO_LIST);
            case "object" -> values.addAll(NO_OBJECT);
            default -> throw new IllegalStateException("no values for type " + field.type() + " of " + operation);
        }
        return values;
    }

    /** The sample with the field's value another, which need not be JSON. */
    private String with(Operation operation, String field, String value) {
        ObjectNode sample = Samples.of(operation, organization);
        sample.put(field, "the-value");
        return JSON.writeValueAsString(sample).replace("\"the-value\"", value);
    }

    private void refused(Operation operation, String body, String what) {
        ApiClient.Answer answer = send(operation, body);
        check(operation, what, answer, isRefusal(answer));
    }

    private void check(Operation operation, String what, ApiClient.Answer answer, boolean right) {
        if (!right) {
            String shown = what.length() > 60 ? what.substring(0, 60) + "..." : what;
            String body = answer.body();
            wrong.add(operation + " with " + shown + ": " + answer.status() + " "
                    + body.substring(0, Math.min(body.length(), 200)));
        }
    }

    private static boolean isRefusal(ApiClient.Answer answer) {
        return answer.status() >= 400
                && answer.status() < 500
                && answer.header("Content-Type").startsWith("application/problem+json")
                && !answer.text("code").isEmpty()
                && !answer.text("message").isEmpty()
                && answer.text("message").equals(answer.text("detail"));
    }

    private ApiClient.Answer send(Operation operation, String body) {
        return send(operation, organization.variables, body);
    }

    private ApiClient.Answer send(Operation operation, Map<String, String> variables, String body) {
        return client(operation).send(operation.method(), operation.pathWith(variables), body);
    }

    private ApiClient.Answer get(Operation operation, Map<String, String> variables, String query) {
        return client(operation)
                .send(operation.method(), operation.pathWith(variables) + query, BodyPublishers.noBody());
    }

    private ApiClient client(Operation operation) {
        return operation.grant().equals("operate") ? SYSTEM.operator() : organization.owner;
    }

    private String body(Operation operation) {
        return operation.fields().isEmpty()
                ? ""
                : Samples.of(operation, organization).toString();
    }

    private static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
