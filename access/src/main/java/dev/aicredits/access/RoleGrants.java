package dev.aicredits.access;

import static dev.aicredits.access.Grant.AGENTS_MANAGE;
import static dev.aicredits.access.Grant.AGENTS_VIEW;
import static dev.aicredits.access.Grant.AUDIT_VIEW;
import static dev.aicredits.access.Grant.BILLING_MANAGE;
import static dev.aicredits.access.Grant.BILLING_VIEW;
import static dev.aicredits.access.Grant.KEYS_MANAGE;
import static dev.aicredits.access.Grant.MEMBERS_MANAGE;
import static dev.aicredits.access.Grant.OPERATE;
import static dev.aicredits.access.Grant.ORGANIZATION_VIEW;

import dev.aicredits.ledger.Member.Role;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/** Which grants a role has: the table of the README, and nothing else decides. */
public final class RoleGrants {

    private static final Set<Grant> MANAGER = immutable(
            ORGANIZATION_VIEW,
            AGENTS_VIEW,
            AGENTS_MANAGE,
            MEMBERS_MANAGE,
            BILLING_VIEW,
            BILLING_MANAGE,
            KEYS_MANAGE,
            AUDIT_VIEW);
    private static final Set<Grant> DEVELOPER = immutable(ORGANIZATION_VIEW, AGENTS_VIEW, AGENTS_MANAGE, BILLING_VIEW);
    private static final Set<Grant> VIEWER = immutable(ORGANIZATION_VIEW, AGENTS_VIEW);
    private static final Set<Grant> OPERATOR =
            immutable(ORGANIZATION_VIEW, AGENTS_VIEW, BILLING_VIEW, AUDIT_VIEW, OPERATE);

    private RoleGrants() {}

    /** What a member of this role may do in their organization. */
    public static Set<Grant> of(Role role) {
        return switch (role) {
            case OWNER, ADMIN -> MANAGER;
            case DEVELOPER -> DEVELOPER;
            case VIEWER -> VIEWER;
        };
    }

    /** What one of the platform's own people may do in any organization: look, and what only they may do. */
    public static Set<Grant> ofOperator() {
        return OPERATOR;
    }

    /** Whether {@code role} may give {@code other} to a member or a key: only an owner makes an owner. */
    public static boolean mayGive(Role role, Role other) {
        return switch (role) {
            case OWNER -> true;
            case ADMIN -> other != Role.OWNER;
            case DEVELOPER, VIEWER -> false;
        };
    }

    private static Set<Grant> immutable(Grant first, Grant... rest) {
        return Collections.unmodifiableSet(EnumSet.of(first, rest));
    }
}
