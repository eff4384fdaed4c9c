/** Tables for spreadsheets: RFC 4180. */
@NullMarked
package dev.aicredits.csv;

import org.jspecify.annotations.NullMarked;
