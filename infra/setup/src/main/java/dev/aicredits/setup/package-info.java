/** What is done once before services start, and before those of a new version do: roles, schema, rate cards, topics. */
@NullMarked
package dev.aicredits.setup;

import org.jspecify.annotations.NullMarked;
