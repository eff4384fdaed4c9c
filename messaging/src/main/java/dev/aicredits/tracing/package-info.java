/** Traces over OpenTelemetry that go on through topics: read from records, carried on in records. Off unless switched on. */
@NullMarked
package dev.aicredits.tracing;

import org.jspecify.annotations.NullMarked;
