/** Rate cards at rest: the reviewed files and the versions in the database. */
@NullMarked
package dev.aicredits.ratecard;

import org.jspecify.annotations.NullMarked;
