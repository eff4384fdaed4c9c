/** A real PostgreSQL and a real Kafka broker on loopback, started by this JVM, with durable settings and data. */
@NullMarked
package dev.aicredits.embedded;

import org.jspecify.annotations.NullMarked;
