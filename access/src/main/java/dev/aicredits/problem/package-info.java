/** Errors over HTTP: RFC 9457 problem details with a stable {@code code} and a {@code message}. */
@NullMarked
package dev.aicredits.problem;

import org.jspecify.annotations.NullMarked;
