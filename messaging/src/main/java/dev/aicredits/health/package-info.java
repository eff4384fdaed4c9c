/** What tells whoever watches a process whether it is alive. */
@NullMarked
package dev.aicredits.health;

import org.jspecify.annotations.NullMarked;
