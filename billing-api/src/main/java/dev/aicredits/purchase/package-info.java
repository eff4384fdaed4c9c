/**
 * Buying credits from the pages, and what operators compare of it. All of that is checkout-sync-worker's to do: this calls it
 * over HTTP for the person whom a session has signed in, who may there what they may anywhere.
 */
@NullMarked
package dev.aicredits.purchase;

import org.jspecify.annotations.NullMarked;
