/** The whole system in one process, for a developer's machine: {@code infra/up} and the tools beside it. */
@NullMarked
package dev.aicredits.local;

import org.jspecify.annotations.NullMarked;
