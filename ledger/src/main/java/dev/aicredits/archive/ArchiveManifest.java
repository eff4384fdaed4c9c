package dev.aicredits.archive;

import java.time.Instant;
import java.util.List;

/**
 * What an archive file holds, in a file beside it that is written last: without it there is no archive.
 *
 * @param format {@link #FORMAT}
 * @param month such as {@code 2026-07}
 * @param file the name of the archive file
 * @param bytes its size
 * @param sha256 of its bytes, in hexadecimal digits
 * @param entries how many lines it has
 * @param writtenAt when it was written
 * @param closings the organizations, in the order of the lines
 */
record ArchiveManifest(
        int format,
        String month,
        String file,
        long bytes,
        String sha256,
        long entries,
        Instant writtenAt,
        List<Closing> closings) {

    /** Raised when a reader of before would misread what is written now. */
    static final int FORMAT = 1;

    ArchiveManifest {
        closings = List.copyOf(closings);
    }
}
