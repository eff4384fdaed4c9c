package dev.aicredits.access;

import dev.aicredits.ledger.Member.Role;
import org.jspecify.annotations.Nullable;

/** Who calls, as their credential says. What they may do depends on the organization. */
public sealed interface Caller {

    /** As the audit log calls them. */
    String actor();

    /** The person's principal, by which organizations know their members; null for a service account. */
    @Nullable String principalId();

    /** A person whom the identity provider signed in; a member of any number of organizations. */
    record Person(String principalId) implements Caller {
        @Override
        public String actor() {
            return principalId;
        }
    }

    /** A service-account key, which belongs to one organization. */
    record ServiceAccount(String keyId, String name, long organizationKey, String organizationId, Role role)
            implements Caller {
        @Override
        public String actor() {
            return "key:" + keyId;
        }

        @Override
        public @Nullable String principalId() {
            return null;
        }
    }

    /** A key of one of the platform's own people, with what they may do as members too. */
    record Operator(String keyId, String principalId) implements Caller {
        @Override
        public String actor() {
            return "operator:" + principalId;
        }
    }
}
