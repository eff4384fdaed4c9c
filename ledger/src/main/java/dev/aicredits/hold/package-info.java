/** Holds: amounts reserved before a run, so that runs at once never spend the same credits. */
@NullMarked
package dev.aicredits.hold;

import org.jspecify.annotations.NullMarked;
