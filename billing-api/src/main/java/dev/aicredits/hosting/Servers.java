package dev.aicredits.hosting;

import dev.aicredits.access.Access;
import dev.aicredits.audit.AuditRecord;
import dev.aicredits.audit.AuditedChanges;
import dev.aicredits.audit.JdbcAuditLog;
import dev.aicredits.hosting.HostedServer.Status;
import dev.aicredits.problem.ProblemException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Changes of hosted servers. An enabled server takes a place, and no change takes one that is not there; what is enabled stays
 * so, also when the limit sinks below it.
 */
final class Servers {

    /** What a new server is to be. */
    record Wanted(
            String name, String slug, String kind, @Nullable String description, String runtimeType) {}

    /** What is to change; null leaves it. */
    record Change(
            @Nullable String name,
            @Nullable String description,
            @Nullable Status status) {}

    private final JdbcServers servers;
    private final JdbcPlans plans;
    private final AuditedChanges changes;
    private final Clock clock;

    Servers(JdbcServers servers, JdbcPlans plans, AuditedChanges changes, Clock clock) {
        this.servers = servers;
        this.plans = plans;
        this.changes = changes;
        this.clock = clock;
    }

    HostedServer create(Access access, Wanted wanted) {
        return changes.run(log -> {
            int used = servers.lockedUsage(access.organizationKey());
            if (servers.isSlugTaken(access.organizationKey(), wanted.slug())) {
                throw new ProblemException(HostingProblem.SLUG_TAKEN);
            }
            takePlace(access, used);
            Instant now = now();
            HostedServer server = new HostedServer(
                    "srv_" + UUID.randomUUID().toString().replace("-", ""),
                    wanted.name(),
                    wanted.slug(),
                    wanted.kind(),
                    wanted.description(),
                    wanted.runtimeType(),
                    Status.ACTIVE,
                    now,
                    now);
            servers.add(access.organizationKey(), server);
            log(log, access, "server_created", server.id(), Map.of(), server.state());
            return server;
        });
    }

    HostedServer change(Access access, String serverId, Change change) {
        return changes.run(log -> {
            int used = servers.lockedUsage(access.organizationKey());
            HostedServer before = mine(access, serverId);
            HostedServer after = new HostedServer(
                    before.id(),
                    change.name() == null ? before.name() : change.name(),
                    before.slug(),
                    before.kind(),
                    change.description() == null ? before.description() : change.description(),
                    before.runtimeType(),
                    change.status() == null ? before.status() : change.status(),
                    before.createdAt(),
                    now());
            if (after.state().equals(before.state())) {
                return before;
            }
            if (after.isActive() && !before.isActive()) {
                takePlace(access, used);
            } else if (before.isActive() && !after.isActive()) {
                servers.setUsage(access.organizationKey(), used - 1);
            }
            servers.replace(access.organizationKey(), after);
            log(log, access, "server_changed", serverId, before.state(), after.state());
            return after;
        });
    }

    void delete(Access access, String serverId) {
        changes.run(log -> {
            int used = servers.lockedUsage(access.organizationKey());
            HostedServer before = mine(access, serverId);
            if (before.isActive()) {
                servers.setUsage(access.organizationKey(), used - 1);
            }
            servers.remove(access.organizationKey(), serverId);
            log(log, access, "server_deleted", serverId, before.state(), Map.of());
            return before;
        });
    }

    private void takePlace(Access access, int used) {
        Integer limit = plans.inForce(access.organizationKey()).limit(clock.instant());
        if (limit != null && used >= limit) {
            throw new ProblemException(HostingProblem.HOSTED_SERVER_CAP_REACHED, Map.of("limit", limit, "used", used));
        }
        servers.setUsage(access.organizationKey(), used + 1);
    }

    private HostedServer mine(Access access, String serverId) {
        return servers.one(access.organizationKey(), serverId)
                .orElseThrow(() -> new ProblemException(HostingProblem.SERVER_NOT_FOUND));
    }

    private static void log(
            JdbcAuditLog log, Access access, String action, String id, Map<String, ?> before, Map<String, ?> after) {
        log.add(new AuditRecord(
                access.organizationKey(), access.actor(), access.origin(), action, id, null, before, after));
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
