package dev.aicredits.access;

import java.util.Locale;

/** What a route asks of its caller. Every route names one, in {@link Requires}. */
public enum Grant {
    /** Nothing: whoever reaches us may call. */
    PUBLIC,
    /** To be known to us; the route answers about the caller and nobody else. */
    SIGNED_IN,
    /** To belong to the organization. */
    ORGANIZATION_VIEW,
    /** To see agents and hosted servers. */
    AGENTS_VIEW,
    /** To change agents and hosted servers. */
    AGENTS_MANAGE,
    /** To see and change members. */
    MEMBERS_MANAGE,
    /** To see credits, usage and plans. */
    BILLING_VIEW,
    /** To buy, and to set budgets of the organization's money. */
    BILLING_MANAGE,
    /** To see, make and revoke API keys. */
    KEYS_MANAGE,
    /** To read the audit log. */
    AUDIT_VIEW,
    /** To be one of the platform's own people. No role of an organization has it. */
    OPERATE;

    /** The name on the wire. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether it is asked for in one organization, which the route's path names. */
    boolean isOfOrganization() {
        return this != PUBLIC && this != SIGNED_IN && this != OPERATE;
    }
}
