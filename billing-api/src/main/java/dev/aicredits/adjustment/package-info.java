/** Corrections of an organization's credits by operators, the large ones by two of them. */
@NullMarked
package dev.aicredits.adjustment;

import org.jspecify.annotations.NullMarked;
