package dev.aicredits.organization;

import dev.aicredits.access.Access;
import dev.aicredits.access.Caller;
import dev.aicredits.organization.JdbcOrganizationList.Name;
import dev.aicredits.organization.JdbcOrganizationList.Row;
import dev.aicredits.pages.Workspaces;
import java.util.List;

/** The names around a page, from the tables of organizations and members. */
final class OrganizationWorkspaces implements Workspaces {

    private final JdbcOrganizationList organizations;

    OrganizationWorkspaces(JdbcOrganizationList organizations) {
        this.organizations = organizations;
    }

    @Override
    public List<Workspace> of(Caller caller) {
        return organizations.of(caller).stream()
                .map(OrganizationWorkspaces::workspace)
                .toList();
    }

    @Override
    public Workspace current(Access access) {
        String roleKey = access.role() == null ? null : access.role().key();
        return workspace(organizations.one(access.organizationKey(), roleKey));
    }

    @Override
    public String nameOf(Caller caller) {
        String principal = caller.principalId();
        return principal == null
                ? caller.actor()
                : organizations.name(principal).map(Name::displayName).orElse(principal);
    }

    private static Workspace workspace(Row row) {
        return new Workspace(row.publicId(), row.name(), row.roleKey());
    }
}
