package dev.aicredits.local;

import dev.aicredits.ledger.Member;
import dev.aicredits.ledger.Member.Role;
import dev.aicredits.money.Usd;
import java.util.List;
import java.util.stream.Collectors;

/** An organization to try things with. */
record DemoOrganization(
        String id,
        String name,
        Usd credits,
        List<Agent> agents,
        List<ExternalUser> externalUsers,
        List<Member> members) {

    record Agent(String id, String name) {}

    record ExternalUser(String id, String name) {}

    /** Who tries the demo: an owner of both organizations. */
    static final Member PERSON = new Member("usr_demo", "Dana Demo", "demo@example.com", Role.OWNER);

    static final DemoOrganization ACME = new DemoOrganization(
            "org_acme",
            "Acme",
            Usd.of("50"),
            List.of(new Agent("ag_support", "Support"), new Agent("ag_research", "Research")),
            List.of(
                    new ExternalUser("user_ada", "Ada"),
                    new ExternalUser("user_linus", "Linus"),
                    new ExternalUser("user_grace", "Grace"),
                    new ExternalUser("user_edsger", "Edsger")),
            List.of(
                    new Member("usr_olivia", "Olivia Owner", "olivia@example.com", Role.OWNER),
                    new Member("usr_adam", "Adam Admin", "adam@example.com", Role.ADMIN),
                    new Member("usr_dora", "Dora Developer", "dora@example.com", Role.DEVELOPER),
                    new Member("usr_victor", "Victor Viewer", "victor@example.com", Role.VIEWER),
                    PERSON));

    static final DemoOrganization GLOBEX = new DemoOrganization(
            "org_globex",
            "Globex",
            Usd.of("20"),
            List.of(new Agent("ag_concierge", "Concierge")),
            List.of(new ExternalUser("user_hank", "Hank"), new ExternalUser("user_margaret", "Margaret")),
            List.of(new Member("usr_frank", "Frank Owner", "frank@example.com", Role.OWNER), PERSON));

    static final List<DemoOrganization> ALL = List.of(ACME, GLOBEX);

    /** One line that names them with their agents. */
    static String summary() {
        return ALL.stream()
                .map(organization -> organization.id()
                        + organization.agents().stream().map(Agent::id).collect(Collectors.joining(", ", " (", ")")))
                .collect(Collectors.joining(", "));
    }
}
