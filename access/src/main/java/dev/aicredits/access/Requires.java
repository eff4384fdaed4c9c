package dev.aicredits.access;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The one grant that a controller's method asks for. A method without it keeps the process from starting.
 *
 * <p>A grant in an organization is asked for in the organization that the path variable {@code organizationId} names, or in
 * that of the agent {@code agentId} if there is no such variable.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface Requires {
    Grant value();
}
