package dev.aicredits.ledger;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.aicredits.usage.Consumption;
import dev.aicredits.usage.UsageKind;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Turns the text ids of clients into the compact keys of the tables, and registers agents, external users and products
 * that are new.
 *
 * <p>Ids are never reused and never move, so what it once read stays true and is cached without expiry; only what is
 * absent is asked again.
 */
public final class JdbcDirectory {

    /** An agent's or external user's id, within its organization. */
    public record LocalId(long organizationId, String publicId) implements Comparable<LocalId> {
        @Override
        public int compareTo(LocalId other) {
            int byOrganization = Long.compare(organizationId, other.organizationId);
            return byOrganization != 0 ? byOrganization : publicId.compareTo(other.publicId);
        }

        /** Every agent and external user of a batch is looked up by it; a record's own goes through method handles. */
        @Override
        public int hashCode() {
            return 31 * Long.hashCode(organizationId) + publicId.hashCode();
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof LocalId that
                    && organizationId == that.organizationId
                    && publicId.equals(that.publicId);
        }
    }

    /** What was used, without how much of it. */
    record ProductId(UsageKind kind, String provider, String model, String unit) {

        static ProductId of(Consumption used) {
            return new ProductId(used.kind(), used.provider(), used.model(), used.unit());
        }

        /** Every event is looked up by it; a record's own goes through method handles. */
        @Override
        public int hashCode() {
            return 31 * (31 * model.hashCode() + provider.hashCode()) + unit.hashCode();
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof ProductId that
                    && kind == that.kind
                    && model.equals(that.model)
                    && provider.equals(that.provider)
                    && unit.equals(that.unit);
        }
    }

    private static final long ORGANIZATIONS_MAX = 100_000;
    private static final long AGENTS_MAX = 100_000;
    private static final long EXTERNAL_USERS_MAX = 200_000;
    private static final long PRODUCTS_MAX = 10_000;

    private static final String ORGANIZATIONS = """
            SELECT public_id, organization_id FROM organization WHERE public_id = ANY (?)
            """;

    private static final String AGENTS = """
            SELECT a.organization_id, a.public_id, a.agent_id
              FROM unnest(?::bigint[], ?::text[]) AS k (organization_id, public_id)
              JOIN agent a USING (organization_id, public_id)
            """;

    // The directory row decides whose the agent is; an agent row is made only for its owner.
    private static final String CLAIM_AGENTS = """
            INSERT INTO agent_directory (public_id, organization_id)
            SELECT public_id, organization_id FROM unnest(?::bigint[], ?::text[]) AS k (organization_id, public_id)
             ORDER BY public_id
            ON CONFLICT DO NOTHING
            """;

    private static final String REGISTER_AGENTS = """
            INSERT INTO agent (organization_id, public_id, name)
            SELECT k.organization_id, k.public_id, k.public_id
              FROM unnest(?::bigint[], ?::text[]) AS k (organization_id, public_id)
              JOIN agent_directory d ON d.public_id = k.public_id AND d.organization_id = k.organization_id
             ORDER BY k.organization_id, k.public_id
            ON CONFLICT DO NOTHING
            """;

    private static final String EXTERNAL_USERS = """
            SELECT u.organization_id, u.public_id, u.external_user_id
              FROM unnest(?::bigint[], ?::text[]) AS k (organization_id, public_id)
              JOIN external_user u USING (organization_id, public_id)
            """;

    private static final String REGISTER_EXTERNAL_USERS = """
            INSERT INTO external_user (organization_id, public_id)
            SELECT organization_id, public_id FROM unnest(?::bigint[], ?::text[]) AS k (organization_id, public_id)
             ORDER BY organization_id, public_id
            ON CONFLICT DO NOTHING
            """;

    private static final String PRODUCT = """
            SELECT product_id FROM product WHERE usage_kind = ? AND provider = ? AND model = ? AND unit = ?
            """;

    private static final String REGISTER_PRODUCT = """
            INSERT INTO product (usage_kind, provider, model, unit) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING
            """;

    private final Cache<String, Long> organizations = cache(ORGANIZATIONS_MAX);
    private final Cache<LocalId, Long> agents = cache(AGENTS_MAX);
    private final Cache<LocalId, Long> externalUsers = cache(EXTERNAL_USERS_MAX);
    private final Cache<ProductId, Integer> products = cache(PRODUCTS_MAX);

    private static <K, V> Cache<K, V> cache(long entriesMax) {
        return Caffeine.newBuilder().maximumSize(entriesMax).build();
    }

    /** The keys of those organizations that exist. */
    Map<String, Long> organizations(Connection connection, Set<String> publicIds) throws SQLException {
        Map<String, Long> found = new HashMap<>();
        List<String> missing = splitKnown(organizations, publicIds, found);
        if (!missing.isEmpty()) {
            try (PreparedStatement select = connection.prepareStatement(ORGANIZATIONS)) {
                select.setArray(1, connection.createArrayOf("text", missing.toArray()));
                ResultSet rows = select.executeQuery();
                while (rows.next()) {
                    remember(organizations, rows.getString(1), rows.getLong(2), found);
                }
            }
        }
        return found;
    }

    /** The key of an agent that was read before; else {@link BatchDirectory#UNKNOWN}. */
    long knownAgent(LocalId id) {
        return known(agents, id);
    }

    /** The key of an external user who was read before; else {@link BatchDirectory#UNKNOWN}. */
    long knownExternalUser(LocalId id) {
        return known(externalUsers, id);
    }

    private static long known(Cache<LocalId, Long> cache, LocalId id) {
        Long key = cache.getIfPresent(id);
        return key == null ? BatchDirectory.UNKNOWN : key;
    }

    /**
     * The keys of these agents, new ones included; without those that another organization has. Of two organizations
     * that name the same new agent it is the first one's, in the order of {@code ids}.
     */
    Map<LocalId, Long> agents(Connection connection, Set<LocalId> ids) throws SQLException {
        Map<LocalId, Long> found = new HashMap<>();
        Collection<LocalId> unknown = stillMissing(connection, AGENTS, agents, ids, found);
        if (!unknown.isEmpty()) {
            Map<String, LocalId> claims = new TreeMap<>();
            ids.stream().filter(unknown::contains).forEach(id -> claims.putIfAbsent(id.publicId(), id));
            execute(connection, CLAIM_AGENTS, claims.values());
            execute(connection, REGISTER_AGENTS, unknown);
            read(connection, AGENTS, agents, unknown, found);
        }
        return found;
    }

    /** The keys of those of these agents that are known, and the organization's that is named with them. */
    public Map<LocalId, Long> knownAgents(Connection connection, Set<LocalId> ids) throws SQLException {
        Map<LocalId, Long> found = new HashMap<>();
        stillMissing(connection, AGENTS, agents, ids, found);
        return found;
    }

    /** The keys of these external users, new ones included. */
    public Map<LocalId, Long> externalUsers(Connection connection, Set<LocalId> ids) throws SQLException {
        Map<LocalId, Long> found = new HashMap<>();
        Collection<LocalId> unknown = stillMissing(connection, EXTERNAL_USERS, externalUsers, ids, found);
        if (!unknown.isEmpty()) {
            execute(connection, REGISTER_EXTERNAL_USERS, unknown);
            read(connection, EXTERNAL_USERS, externalUsers, unknown, found);
        }
        return found;
    }

    /** The key of what was used, made if it is new (a trusted source may name what no rate card lists). */
    int product(Connection connection, ProductId id) throws SQLException {
        Integer known = products.getIfPresent(id);
        if (known != null) {
            return known;
        }
        for (String sql : List.of(PRODUCT, REGISTER_PRODUCT, PRODUCT)) {
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                statement.setString(1, id.kind().wireName());
                statement.setString(2, id.provider());
                statement.setString(3, id.model());
                statement.setString(4, id.unit());
                if (statement.execute()) {
                    ResultSet rows = statement.getResultSet();
                    if (rows.next()) {
                        products.put(id, rows.getInt(1));
                        return rows.getInt(1);
                    }
                }
            }
        }
        throw new IllegalStateException("a product that was just registered is not there");
    }

    private static Collection<LocalId> stillMissing(
            Connection connection, String sql, Cache<LocalId, Long> cache, Set<LocalId> ids, Map<LocalId, Long> found)
            throws SQLException {
        List<LocalId> uncached = splitKnown(cache, ids, found);
        if (uncached.isEmpty()) {
            return uncached;
        }
        read(connection, sql, cache, uncached, found);
        // In order, so that two workers that register the same ids wait for each other and do not deadlock.
        Collection<LocalId> missing = new TreeSet<>(uncached);
        missing.removeAll(found.keySet());
        return missing;
    }

    private static <K, V> List<K> splitKnown(Cache<K, V> cache, Set<K> keys, Map<K, V> found) {
        List<K> missing = new ArrayList<>();
        for (K key : keys) {
            V value = cache.getIfPresent(key);
            if (value == null) {
                missing.add(key);
            } else {
                found.put(key, value);
            }
        }
        return missing;
    }

    private static void read(
            Connection connection,
            String sql,
            Cache<LocalId, Long> cache,
            Collection<LocalId> ids,
            Map<LocalId, Long> found)
            throws SQLException {
        try (PreparedStatement select = prepare(connection, sql, ids)) {
            ResultSet rows = select.executeQuery();
            while (rows.next()) {
                remember(cache, new LocalId(rows.getLong(1), rows.getString(2)), rows.getLong(3), found);
            }
        }
    }

    private static <K, V> void remember(Cache<K, V> cache, K key, V value, Map<K, V> found) {
        cache.put(key, value);
        found.put(key, value);
    }

    private static void execute(Connection connection, String sql, Collection<LocalId> ids) throws SQLException {
        try (PreparedStatement statement = prepare(connection, sql, ids)) {
            statement.executeUpdate();
        }
    }

    private static PreparedStatement prepare(Connection connection, String sql, Collection<LocalId> ids)
            throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        statement.setArray(1, JdbcArrays.longs(connection, ids, LocalId::organizationId));
        statement.setArray(2, JdbcArrays.objects(connection, "text", ids, LocalId::publicId));
        return statement;
    }
}
