package dev.aicredits.openapi;

import dev.aicredits.access.Access;
import dev.aicredits.access.Grant;
import dev.aicredits.access.Requires;
import dev.aicredits.access.SignedIn;
import dev.aicredits.usage.UsageEvent;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.ExternalDocumentation;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.IntegerSchema;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.ObjectSchema;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.media.StringSchema;
import io.swagger.v3.oas.models.parameters.Parameter;
import io.swagger.v3.oas.models.parameters.PathParameter;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import io.swagger.v3.oas.models.security.SecurityScheme;
import io.swagger.v3.oas.models.servers.Server;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.springdoc.core.customizers.GlobalOpenApiCustomizer;
import org.springdoc.core.customizers.GlobalOperationCustomizer;
import org.springdoc.core.utils.SpringDocUtils;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * What the generated OpenAPI document says beside the routes: how to sign in, what each operation requires ({@code x-grant}),
 * and how errors look.
 */
@Configuration(proxyBeanMethods = false)
public class OpenApiConfiguration {

    /** The extension that names the grant of an operation. */
    static final String GRANT = "x-grant";

    private static final String KEY = "apiKey";
    private static final String BEARER = "bearer";
    private static final String PROBLEM = "Problem";
    private static final String USAGE_EVENT = "UsageEvent";
    private static final Pattern VARIABLE = Pattern.compile("\\{(\\w+)}");

    static {
        SpringDocUtils.getConfig().addRequestWrapperToIgnore(Access.class, SignedIn.class);
    }

    @Bean
    OpenAPI describedApi() {
        return new OpenAPI()
                .info(new Info()
                        .title("AI Credits")
                        .version("v1")
                        .description("Prepaid AI credits of an agent platform: balances, ledger, usage, members, keys."
                                + " Money is exact decimal USD; times are RFC 3339 UTC."))
                .externalDocs(new ExternalDocumentation()
                        .url("/asyncapi.yaml")
                        .description("The topics: what is on them, as AsyncAPI"))
                // Relative, so that it holds wherever it is served.
                .servers(List.of(new Server().url("/")))
                .components(new Components()
                        .addSecuritySchemes(
                                KEY,
                                new SecurityScheme()
                                        .type(SecurityScheme.Type.APIKEY)
                                        .in(SecurityScheme.In.HEADER)
                                        .name("X-API-Key"))
                        .addSecuritySchemes(
                                BEARER,
                                new SecurityScheme()
                                        .type(SecurityScheme.Type.HTTP)
                                        .scheme("bearer")
                                        .description("A service-account key, or a JWT of the identity provider.")));
    }

    @Bean
    GlobalOpenApiCustomizer problemSchema() {
        return api -> api.getComponents().addSchemas(PROBLEM, problem()).addSchemas(USAGE_EVENT, usageEvent());
    }

    @Bean
    NullableMembers nullableMembers() {
        return new NullableMembers();
    }

    /** {@link Access} has the organization of a path, so no method declares it; a document has to. */
    @Bean
    GlobalOpenApiCustomizer pathVariables() {
        return api -> api.getPaths()
                .forEach((path, item) -> item.readOperations().forEach(operation -> declareMissing(path, operation)));
    }

    private static void declareMissing(String path, Operation operation) {
        List<Parameter> declared = operation.getParameters() == null ? List.of() : operation.getParameters();
        List<Parameter> all = new ArrayList<>();
        VARIABLE.matcher(path)
                .results()
                .map(variable -> variable.group(1))
                .filter(name -> declared.stream().noneMatch(parameter -> isOfPath(parameter, name)))
                .forEach(name -> all.add(new PathParameter().name(name).schema(new StringSchema())));
        all.addAll(declared);
        operation.setParameters(all.isEmpty() ? null : all);
    }

    private static boolean isOfPath(Parameter parameter, String name) {
        return "path".equals(parameter.getIn()) && name.equals(parameter.getName());
    }

    private static Schema<?> usageEvent() {
        return new ObjectSchema()
                .description(
                        "A CloudEvent of type " + UsageEvent.TYPE + ", without data.costUsd. Its fields are those of"
                                + " the messages of topic " + UsageEvent.TOPIC + ".");
    }

    private static Schema<?> problem() {
        ObjectSchema problem = new ObjectSchema();
        problem.setDescription("RFC 9457, with a stable code and a message");
        for (String text : List.of("type", "title", "detail", "instance", "code", "message")) {
            problem.addProperty(text, new StringSchema());
        }
        problem.addProperty("status", new IntegerSchema());
        problem.setRequired(List.of("title", "status", "detail", "code", "message"));
        return problem;
    }

    @Bean
    GlobalOperationCustomizer grantsAndProblems() {
        return (operation, handler) -> {
            Requires requires = handler.getMethodAnnotation(Requires.class);
            if (requires == null) {
                return operation;
            }
            // Names of methods repeat among controllers, and numbers behind them would depend on their order.
            operation.setOperationId(handler.getBeanType().getSimpleName().replace("Controller", "") + "_"
                    + handler.getMethod().getName());
            operation.addExtension(GRANT, requires.value().key());
            if (requires.value() != Grant.PUBLIC) {
                operation.addSecurityItem(new SecurityRequirement().addList(KEY));
                operation.addSecurityItem(new SecurityRequirement().addList(BEARER));
            }
            return withProblem(operation);
        };
    }

    private static Operation withProblem(Operation operation) {
        MediaType problem = new MediaType().schema(new Schema<>().$ref("#/components/schemas/" + PROBLEM));
        operation
                .getResponses()
                .addApiResponse(
                        "default",
                        new ApiResponse()
                                .description("What is wrong")
                                .content(new Content().addMediaType("application/problem+json", problem)));
        return operation;
    }
}
