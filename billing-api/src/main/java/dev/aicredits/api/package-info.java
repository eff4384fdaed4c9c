/** The REST API as one process: what it is made of. Each feature has a package of its own beside this one. */
@NullMarked
package dev.aicredits.api;

import org.jspecify.annotations.NullMarked;
