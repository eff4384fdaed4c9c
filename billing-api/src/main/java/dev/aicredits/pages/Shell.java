package dev.aicredits.pages;

import dev.aicredits.access.Grant;
import dev.aicredits.pages.Workspaces.Workspace;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the frame around a page shows.
 *
 * @param workspaces the person's organizations
 * @param current the one that the page is about; null on pages about none
 * @param operator whether they are one of the platform's own people
 * @param grants what they may do in the current one
 * @param notice what was just done, told once
 */
public record Shell(
        String personName,
        List<Workspace> workspaces,
        @Nullable Workspace current,
        boolean operator,
        Set<Grant> grants,
        @Nullable String notice) {

    /** Whether the person has the grant of this name in the current organization. */
    public boolean may(String grant) {
        return grants.contains(Grant.valueOf(grant));
    }

    /** What the person is in the current organization, for people. */
    public String roleName() {
        String key = current == null || current.roleKey() == null ? "operator" : current.roleKey();
        return Character.toUpperCase(key.charAt(0)) + key.substring(1);
    }
}
