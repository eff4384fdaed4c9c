package dev.aicredits.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Rfc3339Test {

    private static final int ROUNDS = 30_000;
    private static final long YEAR_0_SECOND = -62_167_219_200L;
    private static final long YEAR_10000_SECOND = 253_402_300_800L;
    private static final int OFFSET_SECONDS_MAX = 18 * 3600;

    @Test
    void everyTimeIsReadAsJavaTimeReadsIt() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int round = 0; round < ROUNDS; round++) {
            String text = randomTime(random);
            Instant expected = OffsetDateTime.parse(text.toUpperCase(Locale.ROOT))
                    .toInstant()
                    .truncatedTo(ChronoUnit.MICROS);
            assertThat(parse(text)).as("%s, seed %d", text, seed).isEqualTo(expected);
        }
    }

    @Test
    void aChangedTimeIsReadOnlyIfJavaTimeReadsIt() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int round = 0; round < ROUNDS; round++) {
            char[] text = randomTime(random).toCharArray();
            text[random.nextInt(text.length)] = "0123456789-+:.TZ ".charAt(random.nextInt(17));
            String changed = new String(text);
            assertThat(parse(changed)).as("%s, seed %d", changed, seed).isEqualTo(strictly(changed));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "2026-11-23T10:00:00Z, 2026-11-23T10:00:00Z",
        "2026-11-23t10:00:00z, 2026-11-23T10:00:00Z",
        "2026-11-23T10:00:00+02:00, 2026-11-23T08:00:00Z",
        "2026-11-23T10:00:00-23:59, 2026-11-24T09:59:00Z",
        "2026-11-23T10:00:00-00:00, 2026-11-23T10:00:00Z",
        "2026-11-23T10:00:00.5Z, 2026-11-23T10:00:00.500Z",
        "2026-11-23T10:00:00.1234569Z, 2026-11-23T10:00:00.123456Z",
        "2026-11-23T10:00:00.999999999999999999999999999999Z, 2026-11-23T10:00:00.999999Z",
        "1969-12-31T23:59:59.9999999Z, 1969-12-31T23:59:59.999999Z",
        "2024-02-29T00:00:00Z, 2024-02-29T00:00:00Z",
        "2000-02-29T00:00:00Z, 2000-02-29T00:00:00Z",
        "0000-01-01T00:00:00Z, 0000-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z, 9999-12-31T23:59:59Z"
    })
    void aTimeOfTheRfcIsReadAndTruncatedToMicroseconds(String text, Instant expected) {
        assertThat(parse(text)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Z",
                "2026-11-23",
                "2026-11-23T10:00:00",
                "2026-11-23T10:00Z",
                "2026-11-23 10:00:00Z",
                "2026-11-23T10:00:00.Z",
                "2026-11-23T10:00:00,5Z",
                "2026-11-23T10:00:00.5",
                "2026-11-23T10:00:00Zx",
                "2026-11-23T10:00:00+0200",
                "2026-11-23T10:00:00+02",
                "2026-11-23T10:00:00+24:00",
                "2026-11-23T10:00:00+02:60",
                "2026-11-23T10:00:00*02:00",
                "2026-11-23T10:00:60Z",
                "2016-12-31T23:59:60Z",
                "2026-11-23T24:00:00Z",
                "2026-11-23T10:60:00Z",
                "2026-00-23T10:00:00Z",
                "2026-13-23T10:00:00Z",
                "2026-11-00T10:00:00Z",
                "2026-11-31T10:00:00Z",
                "2026-02-29T10:00:00Z",
                "1900-02-29T10:00:00Z",
                "+026-11-23T10:00:00Z",
                "-026-11-23T10:00:00Z",
                "2026/11-23T10:00:00Z",
                "2026-11/23T10:00:00Z",
                "2026-11-23T10-00:00Z",
                "2026-11-23T10:00-00Z",
                "\u0662026-11-23T10:00:00Z",
                " 2026-11-23T10:00:00Z",
                "1764000000000"
            })
    void anythingElseIsRefused(String text) {
        assertThat(parse(text)).isNull();
    }

    @Test
    void onlyTheNamedPartOfTheArrayIsRead() {
        char[] text = "99992026-11-23T10:00:00Z99".toCharArray();
        assertThat(Rfc3339.parse(text, 4, text.length - 6)).isEqualTo(Instant.parse("2026-11-23T10:00:00Z"));
    }

    private static String randomTime(Random random) {
        long second = YEAR_0_SECOND
                + OFFSET_SECONDS_MAX
                + (long) (random.nextDouble() * (YEAR_10000_SECOND - YEAR_0_SECOND - 2L * OFFSET_SECONDS_MAX));
        int offsetMinutes = random.nextInt(2 * OFFSET_SECONDS_MAX / 60 + 1) - OFFSET_SECONDS_MAX / 60;
        ZoneOffset offset = random.nextBoolean() ? ZoneOffset.UTC : ZoneOffset.ofTotalSeconds(offsetMinutes * 60);
        Instant instant = Instant.ofEpochSecond(second, random.nextBoolean() ? random.nextInt(1_000_000_000) : 0);
        String text = DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(instant.atOffset(offset));
        return random.nextBoolean() ? text : text.toLowerCase(Locale.ROOT);
    }

    /** What java.time makes of it by the RFC's grammar, which java.time's own formats are wider than. */
    private static Instant strictly(String text) {
        String shape = "\\d{4}-\\d\\d-\\d\\d[Tt]\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?([Zz]|[+-]\\d\\d:\\d\\d)";
        if (!text.matches(shape) || text.substring(11, 13).equals("24")) {
            return null;
        }
        try {
            return OffsetDateTime.parse(text.toUpperCase(Locale.ROOT))
                    .toInstant()
                    .truncatedTo(ChronoUnit.MICROS);
        } catch (DateTimeException e) {
            // An offset beyond 18 hours is valid in the RFC and not in java.time.
            return text.matches(".*[+-](1[89]|2[0-3]):[0-5]\\d") ? parse(text) : null;
        }
    }

    private static Instant parse(String text) {
        return Rfc3339.parse(text.toCharArray(), 0, text.length());
    }
}
