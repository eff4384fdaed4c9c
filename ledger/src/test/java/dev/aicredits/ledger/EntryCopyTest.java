package dev.aicredits.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicredits.rating.Rated.Priced;
import dev.aicredits.usage.Consumption.Counted;
import dev.aicredits.usage.UsageKind;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/** What the binary COPY writes is what the database reads back, column by column. */
class EntryCopyTest {

    private static final Instant BOOKED_AT = Instant.parse("2026-03-15T12:00:01.000001Z");
    private static final UUID KEY = new UUID(-1, 1);

    @Test
    void aLineWithEveryFieldComesBackAsItWas() throws SQLException {
        UsageLine line = line(UsageSample.of("o", "a").used(UsageSample.tokens(2_000_000_000, 7, 8, 9)), 5, 77);

        Map<String, Object> row = copied(line);

        assertThat(row)
                .containsEntry("organization_id", -1L)
                .containsEntry("entry_seq", 3L)
                .containsEntry("amount_nanos", -123L)
                .containsEntry("balance_after_nanos", Long.MIN_VALUE)
                .containsEntry("agent_id", 4L)
                .containsEntry("external_user_id", 5L)
                .containsEntry("dedupe_key", KEY)
                .containsEntry("product_id", 6)
                .containsEntry("rate_card_version", 77)
                .containsEntry("input_tokens", 2_000_000_000)
                .containsEntry("cached_input_tokens", 7)
                .containsEntry("cache_creation_input_tokens", 8)
                .containsEntry("output_tokens", 9)
                .containsEntry("quantity", null)
                .containsEntry("entry_kind", 1)
                .containsEntry("checkout_session_id", null);
        assertThat(row.get("occurred_at")).isEqualTo(Timestamp.from(UsageSample.NOW));
        assertThat(row.get("booked_at")).isEqualTo(Timestamp.from(BOOKED_AT));
    }

    @Test
    void anonymousCallsTrustedCostsAndQuantitiesLeaveTheirColumnsNull() throws SQLException {
        UsageLine line = line(
                UsageSample.of("o", "a").used(new Counted(UsageKind.HOSTED_SERVER, "second", Integer.MAX_VALUE)),
                UsageLine.ANONYMOUS,
                Priced.TRUSTED);

        Map<String, Object> row = copied(line);

        assertThat(row)
                .containsEntry("external_user_id", null)
                .containsEntry("rate_card_version", null)
                .containsEntry("input_tokens", null)
                .containsEntry("cached_input_tokens", null)
                .containsEntry("cache_creation_input_tokens", null)
                .containsEntry("output_tokens", null)
                .containsEntry("quantity", Integer.MAX_VALUE);
    }

    @Test
    void timesBefore2000AndNanosecondsAreCutToMicroseconds() throws SQLException {
        Map<String, Object> row = copied(line(UsageSample.of("o", "a").at("1969-12-31T23:59:59.999999999Z"), 5, 1));

        assertThat(row.get("occurred_at")).isEqualTo(Timestamp.from(Instant.parse("1969-12-31T23:59:59.999999Z")));
    }

    private static UsageLine line(UsageSample sample, long externalUserId, int version) {
        UsageLine line = new TestLines().line(0, sample.key(KEY), -1, 4, externalUserId, 0, new Priced(123, version));
        line.entrySeq = 3;
        line.balanceAfterNanos = Long.MIN_VALUE;
        return line;
    }

    /** Copies {@code line}, reads it back and takes it away again. */
    private static Map<String, Object> copied(UsageLine line) throws SQLException {
        try (Connection connection = TestLedger.shared().database.app().getConnection()) {
            connection.setAutoCommit(false);
            new JdbcUsageWriter(connection).copyEntries(List.of(line), BOOKED_AT);
            Map<String, Object> row = new JdbcTemplate(new SingleConnectionDataSource(connection, true))
                    .queryForMap("SELECT * FROM ledger_entry WHERE organization_id = -1");
            connection.rollback();
            return row;
        }
    }
}
