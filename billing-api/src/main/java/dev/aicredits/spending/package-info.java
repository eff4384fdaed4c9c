/** Budgets, holds and incidents over HTTP: who may spend how much, and who was stopped. */
@NullMarked
package dev.aicredits.spending;

import org.jspecify.annotations.NullMarked;
