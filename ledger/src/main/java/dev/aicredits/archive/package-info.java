/** Closed months of the ledger, moved to files that the audit can read, and back. */
@NullMarked
package dev.aicredits.archive;

import org.jspecify.annotations.NullMarked;
