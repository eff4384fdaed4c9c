/** An organization's AI credits: what they have, and the ledger behind it, page by page or whole. */
@NullMarked
package dev.aicredits.credits;

import org.jspecify.annotations.NullMarked;
