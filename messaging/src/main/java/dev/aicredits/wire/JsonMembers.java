package dev.aicredits.wire;

import java.util.Arrays;
import java.util.function.BiConsumer;
import java.util.function.Function;
import tools.jackson.core.JsonParser;
import tools.jackson.core.sym.PropertyNameMatcher;
import tools.jackson.core.util.Named;

/**
 * The members of one sort of JSON object that we know; reads such an object.
 *
 * @param <M> has one constant per known member
 */
final class JsonMembers<M extends Enum<M>> {

    private final M[] members;
    private final PropertyNameMatcher names;

    /** Knows {@code members} by what {@code wireName} says of each. */
    JsonMembers(M[] members, Function<M, String> wireName) {
        this.members = members.clone();
        this.names = UsageJson.FACTORY.constructNameMatcher(
                Arrays.stream(members).map(wireName).map(Named::fromString).toList(), false);
    }

    /**
     * Reads the object that the parser has just entered, to its end. {@code take} gets each known member with the parser
     * at its value, and leaves the parser at that value's end; other members are skipped.
     *
     * @throws MalformedUsageException if a known member comes twice: which of the two counts would be a guess
     */
    void read(JsonParser parser, BiConsumer<M, JsonParser> take) {
        long seen = 0;
        int index = parser.nextNameMatch(names);
        while (index >= 0 || index == PropertyNameMatcher.MATCH_UNKNOWN_NAME) {
            parser.nextToken();
            if (index < 0) {
                parser.skipChildren();
            } else {
                if ((seen & 1L << index) != 0) {
                    throw new MalformedUsageException("a member of the JSON comes twice");
                }
                seen |= 1L << index;
                take.accept(members[index], parser);
            }
            index = parser.nextNameMatch(names);
        }
    }
}
