package dev.aicredits.operations;

import dev.aicredits.messaging.DeadLetter;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A record that could not be used.
 *
 * @param id {@code topic/partition/offset}
 * @param organizationId the organization that its key names, whether or not there is such a one
 * @param originTopic where it was refused, and where a replay sends it
 * @param producedOn when it was produced there
 * @param refusedOn when it was refused
 * @param replayedOn when it was last sent back; null if it never was
 * @param replayedBy who had that done
 * @param value null if it has none
 * @param headers with those that the refusal added
 */
record DeadLetterAnswer(
        String id,
        String topic,
        int partition,
        long offset,
        String reason,
        @Nullable String detail,
        @Nullable String organizationId,
        String originTopic,
        @Nullable Long originPartition,
        @Nullable Long originOffset,
        @Nullable Instant producedOn,
        Instant refusedOn,
        @Nullable Instant replayedOn,
        @Nullable String replayedBy,
        @Nullable Bytes key,
        @Nullable Bytes value,
        List<DeadLetterHeader> headers) {

    /** A header of it. */
    record DeadLetterHeader(String name, @Nullable Bytes value) {}

    static DeadLetterAnswer of(
            DeadLetter letter, JdbcReplays.@Nullable Replay replay, long valueBytesMax, long otherBytesMax) {
        OffsetDateTime replayedAt = replay == null ? null : replay.publishedAt();
        LetterPlace place = LetterPlace.of(letter);
        return new DeadLetterAnswer(
                place.toString(),
                place.topic(),
                place.partition(),
                place.offset(),
                letter.reason(),
                letter.detail(),
                LetterFilter.organizationOf(letter),
                letter.originTopic(),
                letter.originPartition(),
                letter.originOffset(),
                letter.producedAt(),
                letter.refusedAt(),
                replayedAt == null ? null : replayedAt.toInstant(),
                replay == null || replayedAt == null ? null : replay.actor(),
                Bytes.of(letter.record().key(), otherBytesMax),
                Bytes.of(letter.record().value(), valueBytesMax),
                Arrays.stream(letter.record().headers().toArray())
                        .map(header -> new DeadLetterHeader(header.key(), Bytes.of(header.value(), otherBytesMax)))
                        .toList());
    }
}
