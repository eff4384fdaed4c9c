package dev.aicredits.archive;

import org.jspecify.annotations.Nullable;

/**
 * A closing, and for which file its usage has left the ledger.
 *
 * @param fileSha256 of the archive file, in hexadecimal digits; null while the entries are in the ledger
 */
record LedgerClosing(Closing closing, @Nullable String fileSha256) {

    boolean isArchived() {
        return fileSha256 != null;
    }
}
