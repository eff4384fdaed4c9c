package dev.aicredits.ledger;

import java.util.Locale;

/**
 * A person of an organization.
 *
 * @param principalId as the platform that signs people in calls them
 */
public record Member(String principalId, String displayName, String email, Role role) {

    /** What a member may do; which rights a role has is decided where they are asked for. */
    public enum Role {
        OWNER,
        ADMIN,
        DEVELOPER,
        VIEWER;

        /** The name in the database and on the wire. */
        public String key() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
