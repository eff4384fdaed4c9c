/** The contract of usage events: what an agent used, as the platform reports it. */
@NullMarked
package dev.aicredits.usage;

import org.jspecify.annotations.NullMarked;
