package dev.aicredits.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicredits.api.ApiClient;
import dev.aicredits.api.ApiSystem;
import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The OpenAPI document: served, checked in, and of the routes that there are. */
class OpenApiTest {

    private static final ApiSystem SYSTEM = ApiSystem.shared();
    private static final Path CHECKED_IN = Path.of("openapi.json");
    private static final Path GENERATED = Path.of("target", "openapi.json");

    private final ApiClient.Answer answer = SYSTEM.anonymous().get("/openapi.json");

    /** A change of the API shows in review: whoever made it copies {@code target/openapi.json} over the one checked in. */
    @Test
    void theDocumentIsTheOneThatIsCheckedIn() throws IOException {
        assertThat(answer.status()).isEqualTo(200);
        String generated = answer.body().strip() + "\n";
        Files.writeString(GENERATED, generated);

        assertThat(generated)
                .as("billing-api/target/openapi.json against billing-api/openapi.json")
                .isEqualTo(Files.readString(CHECKED_IN));
        assertThat(answer.text("openapi")).startsWith("3.1.");
    }

    @Test
    void itHasEveryRouteWithItsGrant() {
        List<String> documented = new ArrayList<>();
        answer.json().path("paths").properties().forEach(path -> path.getValue()
                .properties()
                .forEach(operation -> documented.add(operation.getKey().toUpperCase(Locale.ROOT) + " " + path.getKey()
                        + " "
                        + operation.getValue().path(OpenApiConfiguration.GRANT).asString())));

        assertThat(documented)
                .containsExactlyInAnyOrderElementsOf(SYSTEM.apiRoutes().stream()
                        .map(route -> route.method() + " " + route.path() + " "
                                + route.grant().key())
                        .toList());
    }

    /** What tools fill a path with; one that is not declared they send as it stands. */
    @Test
    void everyOperationDeclaresTheVariablesOfItsPath() {
        answer.json().path("paths").properties().forEach(path -> {
            List<String> variables = Pattern.compile("\\{(\\w+)}")
                    .matcher(path.getKey())
                    .results()
                    .map(variable -> variable.group(1))
                    .toList();
            path.getValue().forEach(operation -> {
                List<String> declared = new ArrayList<>();
                for (JsonNode parameter : operation.path("parameters")) {
                    if (parameter.path("in").asString().equals("path")) {
                        assertThat(parameter.path("required").asBoolean()).isTrue();
                        declared.add(parameter.path("name").asString());
                    }
                }
                assertThat(declared).as(path.getKey()).containsExactlyInAnyOrderElementsOf(variables);
            });
        });
    }

    @Test
    void noOperationTakesWhatOnlyTheServerKnows() {
        JsonNode schemas = answer.json().path("components").path("schemas");

        assertThat(schemas.propertyNames()).contains("Problem").doesNotContain("Access", "SignedIn", "Caller");
        assertThat(answer.body()).doesNotContain("organizationKey");
    }

    /** Types go by their simple names here: of two with the same, one would be described as the other. */
    @Test
    void everyTypeIsDescribedByItsOwnMembers() {
        JsonNode schemas = answer.json().path("components").path("schemas");
        Set<Class<?>> types = new LinkedHashSet<>();
        SYSTEM.apiMethods().forEach(method -> addRecords(method.getGenericReturnType(), types));

        assertThat(types.stream().map(Class::getSimpleName))
                .doesNotHaveDuplicates()
                .hasSizeGreaterThan(40);
        for (Class<?> type : types) {
            assertThat(schemas.path(type.getSimpleName()).path("properties").propertyNames())
                    .as(type.getName())
                    .containsExactlyInAnyOrderElementsOf(Arrays.stream(type.getRecordComponents())
                            .map(RecordComponent::getName)
                            .toList());
        }
    }

    /** The records that {@code type} is made of, itself included. */
    private static void addRecords(Type type, Set<Class<?>> found) {
        if (type instanceof ParameterizedType generic) {
            for (Type argument : generic.getActualTypeArguments()) {
                addRecords(argument, found);
            }
        } else if (type instanceof Class<?> plain && plain.isRecord() && found.add(plain)) {
            for (RecordComponent component : plain.getRecordComponents()) {
                addRecords(component.getGenericType(), found);
            }
        }
    }

    @Test
    void whatMayBeNullAndWhatIsJsonAlreadyIsSaid() {
        JsonNode schemas = answer.json().path("components").path("schemas");

        JsonNode page = schemas.path("AuditPage").path("properties");
        assertThat(page.path("nextCursor").path("type").toString()).isEqualTo("[\"string\",\"null\"]");
        assertThat(page.path("pageSize").path("type").toString()).isEqualTo("\"integer\"");
        JsonNode change = schemas.path("AuditChange").path("properties");
        assertThat(change.path("before").path("type").asString()).isEqualTo("object");
        assertThat(change.path("after").path("type").asString()).isEqualTo("object");
        assertThat(schemas.path("AgentUsage")
                        .path("properties")
                        .path("stop")
                        .path("anyOf")
                        .toString())
                .isEqualTo("[{\"$ref\":\"#/components/schemas/Stop\"},{\"type\":\"null\"}]");
        assertThat(schemas.path("UsageAnswer")
                        .path("properties")
                        .path("plans")
                        .path("type")
                        .toString())
                .isEqualTo("[\"array\",\"null\"]");
    }

    @Test
    void theStreamIsText() {
        assertThat(answer.json()
                        .path("paths")
                        .path("/api/v1/organizations/{organizationId}/ai-credits/stream")
                        .path("get")
                        .path("responses")
                        .path("200")
                        .path("content")
                        .toString())
                .isEqualTo("{\"text/event-stream\":{\"schema\":{\"type\":\"string\"}}}");
    }

    @Test
    void aPageToTryItIsServed() {
        assertThat(SYSTEM.anonymous().get("/swagger-ui/index.html").status()).isEqualTo(200);
    }
}
