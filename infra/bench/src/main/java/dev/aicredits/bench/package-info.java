/** Measures how fast usage becomes committed debits, beside a naive design and the database's own ceiling. */
@NullMarked
package dev.aicredits.bench;

import org.jspecify.annotations.NullMarked;
