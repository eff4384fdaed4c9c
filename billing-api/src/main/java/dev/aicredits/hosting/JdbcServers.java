package dev.aicredits.hosting;

import static dev.aicredits.ledger.JdbcTimes.utc;

import dev.aicredits.hosting.HostedServer.Status;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Hosted servers, and how many are enabled. Changes join the caller's transaction, which has locked the usage first. */
final class JdbcServers {

    private record Row(
            String serverId,
            String name,
            String slug,
            String kind,
            @Nullable String description,
            String runtimeType,
            String status,
            OffsetDateTime createdAt,
            OffsetDateTime updatedAt) {

        HostedServer toServer() {
            return new HostedServer(
                    serverId,
                    name,
                    slug,
                    kind,
                    description,
                    runtimeType,
                    Status.valueOf(status.toUpperCase(Locale.ROOT)),
                    createdAt.toInstant(),
                    updatedAt.toInstant());
        }
    }

    private static final String SELECT = """
            SELECT server_id, name, slug, kind, description, runtime_type, status, created_at, updated_at
              FROM mcp_server WHERE organization_id = :organization
            """;

    private final JdbcClient jdbc;

    JdbcServers(DataSource dataSource) {
        this.jdbc = JdbcClient.create(dataSource);
    }

    List<HostedServer> all(long organizationKey) {
        return jdbc
                .sql(SELECT + " ORDER BY created_at, server_id")
                .param("organization", organizationKey)
                .query(Row.class)
                .list()
                .stream()
                .map(Row::toServer)
                .toList();
    }

    Optional<HostedServer> one(long organizationKey, String serverId) {
        return jdbc.sql(SELECT + " AND server_id = :server")
                .param("organization", organizationKey)
                .param("server", serverId)
                .query(Row.class)
                .optional()
                .map(Row::toServer);
    }

    boolean isSlugTaken(long organizationKey, String slug) {
        return jdbc.sql("""
                        SELECT EXISTS (SELECT FROM mcp_server WHERE organization_id = :organization AND slug = :slug)
                        """)
                .param("organization", organizationKey)
                .param("slug", slug)
                .query(Boolean.class)
                .single();
    }

    /** How many are enabled, locked until the transaction ends: who comes at the same moment waits and sees the change. */
    int lockedUsage(long organizationKey) {
        jdbc.sql("INSERT INTO hosting_usage VALUES (:organization, 0) ON CONFLICT DO NOTHING")
                .param("organization", organizationKey)
                .update();
        return jdbc.sql("SELECT enabled_servers FROM hosting_usage WHERE organization_id = :organization FOR UPDATE")
                .param("organization", organizationKey)
                .query(Integer.class)
                .single();
    }

    int usage(long organizationKey) {
        return jdbc.sql("SELECT enabled_servers FROM hosting_usage WHERE organization_id = :organization")
                .param("organization", organizationKey)
                .query(Integer.class)
                .optional()
                .orElse(0);
    }

    void setUsage(long organizationKey, int enabled) {
        jdbc.sql("UPDATE hosting_usage SET enabled_servers = :enabled WHERE organization_id = :organization")
                .param("enabled", enabled)
                .param("organization", organizationKey)
                .update();
    }

    void add(long organizationKey, HostedServer server) {
        jdbc.sql("""
                INSERT INTO mcp_server (organization_id, server_id, name, slug, kind, description, runtime_type, status,
                    created_at, updated_at)
                VALUES (:organization, :server, :name, :slug, :kind, :description, :runtime, :status, :created, :updated)
                """)
                .param("organization", organizationKey)
                .param("server", server.id())
                .param("name", server.name())
                .param("slug", server.slug())
                .param("kind", server.kind())
                .param("description", server.description())
                .param("runtime", server.runtimeType())
                .param("status", server.status().key())
                .param("created", utc(server.createdAt()))
                .param("updated", utc(server.updatedAt()))
                .update();
    }

    void replace(long organizationKey, HostedServer server) {
        jdbc.sql("""
                UPDATE mcp_server
                   SET name = :name, description = :description, status = :status, updated_at = :updated
                 WHERE organization_id = :organization AND server_id = :server
                """)
                .param("name", server.name())
                .param("description", server.description())
                .param("status", server.status().key())
                .param("updated", utc(server.updatedAt()))
                .param("organization", organizationKey)
                .param("server", server.id())
                .update();
    }

    void remove(long organizationKey, String serverId) {
        jdbc.sql("DELETE FROM mcp_server WHERE organization_id = :organization AND server_id = :server")
                .param("organization", organizationKey)
                .param("server", serverId)
                .update();
    }
}
