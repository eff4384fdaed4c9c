package dev.aicredits.ledger;

import dev.aicredits.ledger.JdbcDirectory.ProductId;
import dev.aicredits.usage.Consumption;
import dev.aicredits.usage.UsageEvent;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The organizations, agents, external users and products that a batch of usage names, each once and in the order in
 * which they first come. Their keys are filled in by whoever looks them up; an event then needs no look-up of its own.
 */
final class BatchDirectory {

    /** The key of what was not found, or not looked up. */
    static final long UNKNOWN = 0;

    static final class Organization {
        final String publicId;
        long key = UNKNOWN;
        final List<UsageLine> lines = new ArrayList<>();
        private final Map<String, Agent> agents = new HashMap<>();

        private Organization(String publicId) {
            this.publicId = publicId;
        }
    }

    /** An agent in the organization that an event names with it; whether it is that one's, the look-up says. */
    static final class Agent {
        final Organization organization;
        final String publicId;
        long key = UNKNOWN;
        private final Map<String, ExternalUser> externalUsers = new HashMap<>();
        private final List<SpendSlot> spends = new ArrayList<>(1);

        private Agent(Organization organization, String publicId) {
            this.organization = organization;
            this.publicId = publicId;
        }

        Collection<ExternalUser> externalUsers() {
            return externalUsers.values();
        }
    }

    /** An external user of one agent; with another agent, the same person is another of these with the same key. */
    static final class ExternalUser {
        final String publicId;
        long key = UNKNOWN;
        private final List<SpendSlot> spends = new ArrayList<>(1);

        private ExternalUser(String publicId) {
            this.publicId = publicId;
        }
    }

    /** What was used, without how much of it. */
    static final class Product {
        final ProductId id;
        int key;

        private Product(ProductId id) {
            this.id = id;
        }
    }

    private final Map<String, Organization> organizations = new LinkedHashMap<>();
    private final Map<ProductId, Product> products = new HashMap<>();
    private final List<Agent> agents = new ArrayList<>();
    private int agentSpends;
    private int userSpends;

    /** The agent that {@code event} names, in the organization that it names. */
    Agent agent(UsageEvent event) {
        Organization organization = organizations.get(event.organizationId());
        if (organization == null) {
            organization = new Organization(event.organizationId());
            organizations.put(organization.publicId, organization);
        }
        Agent agent = organization.agents.get(event.agentId());
        if (agent == null) {
            agent = new Agent(organization, event.agentId());
            organization.agents.put(agent.publicId, agent);
            agents.add(agent);
        }
        return agent;
    }

    /** The external user of {@code agent} that has this id. */
    static ExternalUser externalUser(Agent agent, String publicId) {
        ExternalUser user = agent.externalUsers.get(publicId);
        if (user == null) {
            user = new ExternalUser(publicId);
            agent.externalUsers.put(publicId, user);
        }
        return user;
    }

    Collection<Organization> organizations() {
        return organizations.values();
    }

    List<Agent> agents() {
        return agents;
    }

    Product product(Consumption used) {
        ProductId id = ProductId.of(used);
        Product product = products.get(id);
        if (product == null) {
            product = new Product(id);
            products.put(id, product);
        }
        return product;
    }

    /** The agent's slot in the month that begins on {@code windowDay}. */
    SpendSlot spend(Agent agent, int windowDay) {
        SpendSlot slot = inWindow(agent.spends, windowDay);
        if (slot == null) {
            slot = new SpendSlot(agentSpends++, agent, null, windowDay);
            agent.spends.add(slot);
        }
        return slot;
    }

    /** The slot of an external user of {@code agent} in that month. */
    SpendSlot spend(Agent agent, ExternalUser user, int windowDay) {
        SpendSlot slot = inWindow(user.spends, windowDay);
        if (slot == null) {
            slot = new SpendSlot(userSpends++, agent, user, windowDay);
            user.spends.add(slot);
        }
        return slot;
    }

    private static @Nullable SpendSlot inWindow(List<SpendSlot> slots, int windowDay) {
        for (SpendSlot slot : slots) {
            if (slot.windowDay == windowDay) {
                return slot;
            }
        }
        return null;
    }
}
