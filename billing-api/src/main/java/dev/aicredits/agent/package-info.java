/** An organization's agents, and what they use. */
@NullMarked
package dev.aicredits.agent;

import org.jspecify.annotations.NullMarked;
