/** Who calls, and whether they may: service-account keys, tokens of an identity provider, roles and their grants. */
@NullMarked
package dev.aicredits.access;

import org.jspecify.annotations.NullMarked;
