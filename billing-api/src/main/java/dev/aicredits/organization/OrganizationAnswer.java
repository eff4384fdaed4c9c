package dev.aicredits.organization;

import dev.aicredits.organization.JdbcOrganizationList.Row;

/** An organization, as clients see it, and what the caller is in it. */
record OrganizationAnswer(String id, String name, String slug, String planTier, String role, String roleKey) {

    private static final String ID_PREFIX = "org_";
    private static final String OPERATOR = "operator";

    static OrganizationAnswer of(Row row) {
        String roleKey = row.roleKey() == null ? OPERATOR : row.roleKey();
        String id = row.publicId();
        return new OrganizationAnswer(
                id,
                row.name(),
                id.startsWith(ID_PREFIX) ? id.substring(ID_PREFIX.length()) : id,
                row.planTier(),
                Character.toUpperCase(roleKey.charAt(0)) + roleKey.substring(1),
                roleKey);
    }
}
