/** Broker and database for integration tests: embedded by default, containers with {@code -Dinfra=testcontainers}. */
@NullMarked
package dev.aicredits.testkit;

import org.jspecify.annotations.NullMarked;
