/** Usage events from Kafka to rated ledger debits. */
@NullMarked
package dev.aicredits.consumer;

import org.jspecify.annotations.NullMarked;
