package dev.aicredits.hosting;

import dev.aicredits.access.Access;
import dev.aicredits.access.Grant;
import dev.aicredits.access.Requires;
import dev.aicredits.hosting.HostedServer.Status;
import dev.aicredits.problem.ProblemException;
import dev.aicredits.problem.TextRules;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.text.Normalizer;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** An organization's hosted MCP servers. */
@RestController
@RequestMapping("/api/v1/organizations/{organizationId}/mcp-servers")
class ServerController {

    private static final String SLUG = "[a-z0-9](?:[a-z0-9-]*[a-z0-9])?";
    private static final String WORD = "[a-z0-9_-]+";
    private static final int SLUG_LENGTH_MAX = 63;

    /** A server that is to be hosted; a slug that is left out is made of the name. */
    record NewServer(
            @NotBlank @Size(max = TextRules.NAME_LENGTH_MAX) @Pattern(regexp = TextRules.LINE) String name,

            @Nullable @Size(max = SLUG_LENGTH_MAX) @Pattern(regexp = SLUG) String slug,

            @Nullable @Size(max = SLUG_LENGTH_MAX) @Pattern(regexp = WORD) String kind,

            @Nullable @Size(max = TextRules.DESCRIPTION_LENGTH_MAX) @Pattern(regexp = TextRules.LINE) String description,

            @Nullable @Size(max = SLUG_LENGTH_MAX) @Pattern(regexp = WORD) String runtimeType) {}

    /** What is to change; {@code status} is {@code active} or {@code disabled}. */
    record ServerChange(
            @Nullable @Size(min = 1, max = TextRules.NAME_LENGTH_MAX) @Pattern(regexp = TextRules.LINE) String name,

            @Nullable @Size(max = TextRules.DESCRIPTION_LENGTH_MAX) @Pattern(regexp = TextRules.LINE) String description,

            @Nullable String status) {}

    /** A server, as clients see it. */
    record ServerAnswer(
            String id,
            String name,
            String slug,
            String kind,
            @Nullable String description,
            String runtimeType,
            String status,
            Instant createdOn,
            Instant updatedOn) {

        static ServerAnswer of(HostedServer server) {
            return new ServerAnswer(
                    server.id(),
                    server.name(),
                    server.slug(),
                    server.kind(),
                    server.description(),
                    server.runtimeType(),
                    server.status().key(),
                    server.createdAt(),
                    server.updatedAt());
        }
    }

    private final JdbcServers servers;
    private final Servers changes;

    ServerController(JdbcServers servers, Servers changes) {
        this.servers = servers;
        this.changes = changes;
    }

    @Requires(Grant.AGENTS_VIEW)
    @GetMapping
    List<ServerAnswer> list(Access access) {
        return servers.all(access.organizationKey()).stream()
                .map(ServerAnswer::of)
                .toList();
    }

    @Requires(Grant.AGENTS_VIEW)
    @GetMapping("/{serverId}")
    ServerAnswer one(Access access, @PathVariable String serverId) {
        return servers.one(access.organizationKey(), serverId)
                .map(ServerAnswer::of)
                .orElseThrow(() -> new ProblemException(HostingProblem.SERVER_NOT_FOUND));
    }

    @Requires(Grant.AGENTS_MANAGE)
    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    ServerAnswer create(Access access, @Valid @RequestBody NewServer body) {
        return ServerAnswer.of(changes.create(
                access,
                new Servers.Wanted(
                        body.name().strip(),
                        body.slug() == null ? slugOf(body.name()) : body.slug(),
                        body.kind() == null ? "mcp" : body.kind(),
                        body.description(),
                        body.runtimeType() == null ? "node" : body.runtimeType())));
    }

    @Requires(Grant.AGENTS_MANAGE)
    @PatchMapping("/{serverId}")
    ServerAnswer change(Access access, @PathVariable String serverId, @Valid @RequestBody ServerChange body) {
        if (body.name() != null && body.name().isBlank()) {
            throw ProblemException.invalidField("name");
        }
        return ServerAnswer.of(changes.change(
                access, serverId, new Servers.Change(body.name(), body.description(), status(body.status()))));
    }

    @Requires(Grant.AGENTS_MANAGE)
    @DeleteMapping("/{serverId}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void delete(Access access, @PathVariable String serverId) {
        changes.delete(access, serverId);
    }

    private static @Nullable Status status(@Nullable String key) {
        if (key == null) {
            return null;
        }
        return switch (key) {
            case "active", "enabled" -> Status.ACTIVE;
            case "disabled" -> Status.DISABLED;
            default -> throw ProblemException.invalidField("status");
        };
    }

    /** Lower-case letters, digits and dashes of the name; a name that has none asks for a slug. */
    private static String slugOf(String name) {
        String plain = Normalizer.normalize(name, Normalizer.Form.NFD)
                .toLowerCase(Locale.ROOT)
                .replaceAll("\\p{M}+", "")
                .replaceAll("[^a-z0-9]+", "-");
        String cut =
                plain.substring(0, Math.min(plain.length(), SLUG_LENGTH_MAX)).replaceAll("^-+|-+$", "");
        if (cut.isEmpty()) {
            throw ProblemException.invalidField("slug");
        }
        return cut;
    }
}
