package dev.aicredits.access;

import dev.aicredits.ledger.Member.Role;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a caller is in an organization.
 *
 * @param organizationKey the compact key of tables
 * @param organizationId the text id of clients
 * @param role null for an operator who is no member
 * @param operator whether they are one of the platform's own people
 */
record Standing(
        long organizationKey,
        String organizationId,
        @Nullable Role role,
        boolean operator) {

    Set<Grant> grants() {
        Set<Grant> grants = EnumSet.noneOf(Grant.class);
        if (role != null) {
            grants.addAll(RoleGrants.of(role));
        }
        if (operator) {
            grants.addAll(RoleGrants.ofOperator());
        }
        return grants;
    }
}
