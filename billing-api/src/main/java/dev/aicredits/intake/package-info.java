/** Usage events over HTTP, for platforms without Kafka: judged as the consumer judges them, and put on its topic. */
@NullMarked
package dev.aicredits.intake;

import org.jspecify.annotations.NullMarked;
