package dev.aicredits.bench;

import java.util.Locale;

/**
 * What a scenario's producers send.
 *
 * @param organizations how many organizations the events are spread over, evenly at random
 * @param agentsPerOrganization agents of each
 * @param usersPerAgent external users of each agent; a third of the calls are anonymous
 * @param duplicatePercent how many of a hundred records repeat an earlier one
 */
public record Workload(int organizations, int agentsPerOrganization, int usersPerAgent, int duplicatePercent) {

    String describe() {
        StringBuilder text = new StringBuilder(
                organizations == 1
                        ? "one hot organization"
                        : String.format(Locale.ROOT, "%,d organizations", organizations));
        if (usersPerAgent > 0) {
            text.append(", ").append(usersPerAgent).append(" users an agent");
        }
        if (duplicatePercent > 0) {
            text.append(", ").append(duplicatePercent).append("% duplicates");
        }
        return text.toString();
    }

    /** The id of the organization of that number. */
    public static String organizationId(int organization) {
        return "org_bench_" + organization;
    }
}
