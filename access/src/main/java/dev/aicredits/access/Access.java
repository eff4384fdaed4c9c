package dev.aicredits.access;

import dev.aicredits.ledger.Member.Role;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A caller in the organization that a request is about, whose grant has been checked. A controller's method takes it as a
 * parameter, and passes {@link #organizationKey()} to every query.
 *
 * @param organizationKey the compact key of tables
 * @param organizationId the text id of clients
 * @param role null for an operator who is no member
 * @param origin where the request came from, for the audit log
 */
public record Access(
        Caller caller,
        long organizationKey,
        String organizationId,
        @Nullable Role role,
        Set<Grant> grants,
        String origin) {

    /** As the audit log calls the caller. */
    public String actor() {
        return caller.actor();
    }
}
