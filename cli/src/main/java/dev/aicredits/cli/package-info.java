/** {@code mcpstack}: the billing API on a command line. */
@NullMarked
package dev.aicredits.cli;

import org.jspecify.annotations.NullMarked;
