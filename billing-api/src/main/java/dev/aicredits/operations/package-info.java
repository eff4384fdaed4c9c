/** What operators see and do of the topics: how far behind each consumer is, and what could not be used. */
@NullMarked
package dev.aicredits.operations;

import org.jspecify.annotations.NullMarked;
