/** Budgets: whether an agent may spend, how much, and what stands in its way. Pure, the {@code Jdbc} classes aside. */
@NullMarked
package dev.aicredits.budget;

import org.jspecify.annotations.NullMarked;
