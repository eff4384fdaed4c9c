/** Turns balances and budgets into stop and resume signals, alerts and incidents. */
@NullMarked
package dev.aicredits.enforcer;

import org.jspecify.annotations.NullMarked;
