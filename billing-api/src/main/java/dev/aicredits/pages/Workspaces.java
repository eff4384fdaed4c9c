package dev.aicredits.pages;

import dev.aicredits.access.Access;
import dev.aicredits.access.Caller;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The names that the frame of a page shows: of the person, and of their organizations. */
public interface Workspaces {

    /** An organization; no role for an operator who is no member. */
    record Workspace(String id, String name, @Nullable String roleKey) {}

    /** The caller's organizations, their default one first. */
    List<Workspace> of(Caller caller);

    /** The organization that a page is about. */
    Workspace current(Access access);

    /** What the person is called; their principal if no organization knows a name. */
    String nameOf(Caller caller);
}
