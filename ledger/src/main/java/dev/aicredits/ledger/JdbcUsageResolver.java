package dev.aicredits.ledger;

import dev.aicredits.ledger.BatchDirectory.Agent;
import dev.aicredits.ledger.BatchDirectory.ExternalUser;
import dev.aicredits.ledger.BatchDirectory.Organization;
import dev.aicredits.ledger.JdbcDirectory.LocalId;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Finds the keys of what a batch names, and registers what is new. */
final class JdbcUsageResolver {

    private final JdbcDirectory directory;

    JdbcUsageResolver(JdbcDirectory directory) {
        this.directory = directory;
    }

    /** Fills in the keys of the organizations, agents and external users; what does not exist keeps {@link BatchDirectory#UNKNOWN}. */
    void resolve(Connection connection, BatchDirectory named) throws SQLException {
        findOrganizations(connection, named);
        findAgents(connection, named);
        findExternalUsers(connection, named);
    }

    /** Fills in the keys of what these lines are about. */
    void findProducts(Connection connection, Collection<UsageLine> lines) throws SQLException {
        for (UsageLine line : lines) {
            if (line.product.key == BatchDirectory.UNKNOWN) {
                line.product.key = directory.product(connection, line.product.id);
            }
        }
    }

    private void findOrganizations(Connection connection, BatchDirectory named) throws SQLException {
        Set<String> publicIds = new HashSet<>();
        named.organizations().forEach(organization -> publicIds.add(organization.publicId));
        Map<String, Long> found = directory.organizations(connection, publicIds);
        for (Organization organization : named.organizations()) {
            organization.key = found.getOrDefault(organization.publicId, BatchDirectory.UNKNOWN);
        }
    }

    private void findAgents(Connection connection, BatchDirectory named) throws SQLException {
        Map<LocalId, Agent> unknown = new LinkedHashMap<>();
        for (Agent agent : named.agents()) {
            if (agent.organization.key != BatchDirectory.UNKNOWN) {
                LocalId id = new LocalId(agent.organization.key, agent.publicId);
                agent.key = directory.knownAgent(id);
                if (agent.key == BatchDirectory.UNKNOWN) {
                    unknown.put(id, agent);
                }
            }
        }
        if (!unknown.isEmpty()) {
            directory
                    .agents(connection, unknown.keySet())
                    .forEach((id, key) -> Objects.requireNonNull(unknown.get(id)).key = key);
        }
    }

    /** Those of agents that are their organization's: what comes with another's agent is not registered. */
    private void findExternalUsers(Connection connection, BatchDirectory named) throws SQLException {
        // A user of several agents of the organization is one id.
        Map<LocalId, List<ExternalUser>> unknown = new HashMap<>();
        for (Agent agent : named.agents()) {
            if (agent.key != BatchDirectory.UNKNOWN) {
                for (ExternalUser user : agent.externalUsers()) {
                    LocalId id = new LocalId(agent.organization.key, user.publicId);
                    user.key = directory.knownExternalUser(id);
                    if (user.key == BatchDirectory.UNKNOWN) {
                        unknown.computeIfAbsent(id, first -> new ArrayList<>(1)).add(user);
                    }
                }
            }
        }
        if (!unknown.isEmpty()) {
            directory.externalUsers(connection, unknown.keySet()).forEach((id, key) -> Objects.requireNonNull(
                            unknown.get(id))
                    .forEach(user -> user.key = key));
        }
    }
}
