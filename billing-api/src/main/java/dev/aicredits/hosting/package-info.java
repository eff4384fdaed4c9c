/** Hosted MCP servers, the plans that limit them, and what an organization uses of its plan. */
@NullMarked
package dev.aicredits.hosting;

import org.jspecify.annotations.NullMarked;
