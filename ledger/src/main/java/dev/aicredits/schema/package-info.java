/** The database's roles and migrations. */
@NullMarked
package dev.aicredits.schema;

import org.jspecify.annotations.NullMarked;
