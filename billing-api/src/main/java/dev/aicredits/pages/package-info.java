/**
 * What all pages of Settings and of operators share: sign-in and sessions, the frame around a page, how amounts and times look,
 * and how refusals are explained. Each feature has its own pages beside its routes.
 */
@NullMarked
package dev.aicredits.pages;

import org.jspecify.annotations.NullMarked;
