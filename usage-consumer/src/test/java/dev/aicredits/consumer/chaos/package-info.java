/**
 * The usage consumer as real processes against a real broker and database, any of which is killed or frozen.
 *
 * <p>Every test prints its seed; {@code -Dchaos.seed=<n>} repeats its events and its moments as far as the scheduling of
 * several processes can be repeated.
 */
@NullMarked
package dev.aicredits.consumer.chaos;

import org.jspecify.annotations.NullMarked;
