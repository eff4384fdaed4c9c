/** What the platform is told about budgets, and what it answers: the contracts of the control, alert and acknowledgement topics. */
@NullMarked
package dev.aicredits.control;

import org.jspecify.annotations.NullMarked;
