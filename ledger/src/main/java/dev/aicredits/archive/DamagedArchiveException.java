package dev.aicredits.archive;

/** An archive is not what was written, or not what the ledger says of it. Nothing was changed because of it. */
public final class DamagedArchiveException extends RuntimeException {
    DamagedArchiveException(String message) {
        super(message);
    }
}
