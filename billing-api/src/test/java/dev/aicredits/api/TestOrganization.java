package dev.aicredits.api;

import dev.aicredits.access.ApiKey;
import dev.aicredits.ledger.Member.Role;
import java.util.Map;
import java.util.Objects;

/** An organization of one test, with a member and a key for each role. */
public record TestOrganization(ApiSystem system, String id, Map<Role, String> members, Map<Role, ApiKey> keys) {

    /** Who shows the role's key. */
    public ApiClient with(Role role) {
        return system.bearer(key(role).text());
    }

    public ApiClient owner() {
        return with(Role.OWNER);
    }

    public ApiKey key(Role role) {
        return Objects.requireNonNull(keys.get(role));
    }

    public String member(Role role) {
        return Objects.requireNonNull(members.get(role));
    }

    /** A path below the organization's. */
    public String path(String rest) {
        return "/api/v1/organizations/" + id + rest;
    }

    /** The compact key of tables. */
    public long organizationKey() {
        return system.superuser()
                .sql("SELECT organization_id FROM organization WHERE public_id = :id")
                .param("id", id)
                .query(Long.class)
                .single();
    }
}
