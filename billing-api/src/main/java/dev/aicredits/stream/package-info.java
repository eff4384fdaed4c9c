/** What changes of an organization's credits, pushed to who listens. */
@NullMarked
package dev.aicredits.stream;

import org.jspecify.annotations.NullMarked;
