/** Amounts of US dollars as whole nano-dollars. */
@NullMarked
package dev.aicredits.money;

import org.jspecify.annotations.NullMarked;
