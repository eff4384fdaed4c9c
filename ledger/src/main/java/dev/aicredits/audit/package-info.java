/** The append-only log of who changed what, from where. */
@NullMarked
package dev.aicredits.audit;

import org.jspecify.annotations.NullMarked;
