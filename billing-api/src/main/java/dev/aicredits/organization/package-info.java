/** Organizations, their members and what was changed in them. */
@NullMarked
package dev.aicredits.organization;

import org.jspecify.annotations.NullMarked;
