package dev.aicredits.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicredits.api.ApiClient;
import dev.aicredits.api.ApiSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
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

    @Test
    void aPageToTryItIsServed() {
        assertThat(SYSTEM.anonymous().get("/swagger-ui/index.html").status()).isEqualTo(200);
    }
}
