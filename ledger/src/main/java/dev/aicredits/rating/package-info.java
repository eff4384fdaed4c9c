/** What usage costs. Pure: JDK only, no clock, no I/O; the same input gives the same amount for ever. */
@NullMarked
package dev.aicredits.rating;

import org.jspecify.annotations.NullMarked;
