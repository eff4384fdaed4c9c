/** The description of the API for programs, made from its code. */
@NullMarked
package dev.aicredits.openapi;

import org.jspecify.annotations.NullMarked;
