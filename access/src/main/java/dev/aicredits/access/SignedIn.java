package dev.aicredits.access;

/**
 * A caller, on a route that is about no one organization. A controller's method takes it as a parameter.
 *
 * @param operator whether they are one of the platform's own people
 * @param origin where the request came from, for the audit log
 */
public record SignedIn(Caller caller, boolean operator, String origin) {}
