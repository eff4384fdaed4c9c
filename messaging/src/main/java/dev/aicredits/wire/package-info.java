/**
 * Usage events as producers send them: from bytes to a validated event, or the reason why it is none. Whoever takes usage
 * judges it by this, from a topic or over HTTP.
 */
@NullMarked
package dev.aicredits.wire;

import org.jspecify.annotations.NullMarked;
