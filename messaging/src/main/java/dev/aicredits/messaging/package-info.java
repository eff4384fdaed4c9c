/** What every worker needs of Kafka: consumers that skip nothing, producers that wait, dead letters, the ledger's changes. */
@NullMarked
package dev.aicredits.messaging;

import org.jspecify.annotations.NullMarked;
