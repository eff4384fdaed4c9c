/** Drills: what operators are promised, tried on a real broker, a real database and services that are processes. */
@NullMarked
package dev.aicredits.drill;

import org.jspecify.annotations.NullMarked;
