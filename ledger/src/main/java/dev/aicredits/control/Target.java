package dev.aicredits.control;

import dev.aicredits.budget.BudgetLayer;
import org.jspecify.annotations.Nullable;

/**
 * Whom a layer limits, and so whom a signal stops or resumes.
 *
 * @param layer the layer, whose scope it is
 * @param agentId null for an organization
 * @param externalUserId null unless it is an external user
 */
public record Target(
        String organizationId,
        BudgetLayer layer,
        @Nullable String agentId,
        @Nullable String externalUserId) {

    /** Refuses ids that do not fit the layer. */
    public Target {
        boolean fits = (agentId == null) == (layer == BudgetLayer.ORGANIZATION_CREDITS)
                && (externalUserId == null) == (layer != BudgetLayer.EXTERNAL_USER);
        if (!fits) {
            throw new IllegalArgumentException("these ids are no " + layer.scope());
        }
    }

    /** An organization with all its agents. */
    public static Target organization(String organizationId) {
        return new Target(organizationId, BudgetLayer.ORGANIZATION_CREDITS, null, null);
    }

    /** An agent, on whoever's behalf. */
    public static Target agent(String organizationId, String agentId) {
        return new Target(organizationId, BudgetLayer.AGENT, agentId, null);
    }

    /** An agent on behalf of one external user. */
    public static Target externalUser(String organizationId, String agentId, String externalUserId) {
        return new Target(organizationId, BudgetLayer.EXTERNAL_USER, agentId, externalUserId);
    }

    /** An agent on nobody's behalf. */
    public static Target anonymous(String organizationId, String agentId) {
        return new Target(organizationId, BudgetLayer.ANONYMOUS, agentId, null);
    }

    /**
     * What the control topic is keyed and compacted by: {@code org}, {@code org/agents/ag}, {@code org/agents/ag/users/u}
     * or {@code org/agents/ag/anonymous}, with {@code %} and {@code /} of the ids written as {@code %25} and {@code %2F}.
     */
    public String key() {
        String organization = escaped(organizationId);
        if (agentId == null) {
            return organization;
        }
        String agent = organization + "/agents/" + escaped(agentId);
        if (externalUserId != null) {
            return agent + "/users/" + escaped(externalUserId);
        }
        return layer == BudgetLayer.ANONYMOUS ? agent + "/anonymous" : agent;
    }

    private static String escaped(String id) {
        return id.replace("%", "%25").replace("/", "%2F");
    }
}
