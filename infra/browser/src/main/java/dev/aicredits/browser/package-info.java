/** A headless browser on whatever machine it is. */
@NullMarked
package dev.aicredits.browser;

import org.jspecify.annotations.NullMarked;
