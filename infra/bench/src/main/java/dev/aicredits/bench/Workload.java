package dev.aicredits.bench;

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
        return organizations == 1 ? "one hot organization" : "%,d organizations".formatted(organizations);
    }

    /** The id of the organization of that number. */
    public static String organizationId(int organization) {
        return "org_bench_" + organization;
    }
}
