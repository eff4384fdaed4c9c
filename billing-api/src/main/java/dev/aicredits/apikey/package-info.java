/** Service-account keys: made, shown once, replaced and revoked. */
@NullMarked
package dev.aicredits.apikey;

import org.jspecify.annotations.NullMarked;
