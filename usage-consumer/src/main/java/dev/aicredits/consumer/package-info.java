/** Usage events from Kafka to rated ledger debits: decode, validate, rate, book, acknowledge. */
@NullMarked
package dev.aicredits.consumer;

import org.jspecify.annotations.NullMarked;
