package dev.aicredits.bench;

import dev.aicredits.ledger.BookingOutcome;
import dev.aicredits.ledger.BookingOutcome.Booked;
import dev.aicredits.ledger.BookingOutcome.Duplicate;
import dev.aicredits.ledger.BookingOutcome.UnknownOrganization;
import dev.aicredits.ledger.Ledger;
import dev.aicredits.ledger.NewEntry;
import dev.aicredits.ledger.RatedUsage;
import dev.aicredits.ledger.UsageBatch;
import dev.aicredits.ledger.UsageBooking;
import dev.aicredits.rating.Rated.Priced;
import dev.aicredits.usage.Consumption.Inference;
import dev.aicredits.usage.UsageEvent;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.sql.DataSource;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The design people write first: for each event a transaction that updates the balance and inserts the entry. For
 * comparison only. It is let off the monthly spends and the ledger changes, which it would have to do too.
 */
final class NaiveLedger implements Ledger {

    private record Moved(long organizationId, long entrySeq, long balanceNanos) {}

    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;
    private final Map<String, Long> organizations = new ConcurrentHashMap<>();
    private final int productId;

    NaiveLedger(DataSource dataSource) {
        this.jdbc = JdbcClient.create(dataSource);
        this.transaction = new TransactionTemplate(new JdbcTransactionManager(dataSource));
        this.productId = jdbc.sql("SELECT product_id FROM product WHERE model = 'gpt-4o-mini' AND provider = 'openai'")
                .query(Integer.class)
                .single();
    }

    @Override
    public UsageBatch batch() {
        return new EventByEvent();
    }

    /** No batch at all: each event is booked by itself. */
    private final class EventByEvent implements UsageBatch {
        private final List<RatedUsage> usages = new ArrayList<>();

        @Override
        public void add(UsageEvent event, Priced price) {
            usages.add(new RatedUsage(event, price));
        }

        @Override
        public int size() {
            return usages.size();
        }

        @Override
        public UsageBooking book() {
            return new UsageBooking(usages.stream().map(NaiveLedger.this::book).toList(), List.of());
        }
    }

    private BookingOutcome book(RatedUsage usage) {
        try {
            BookingOutcome outcome = transaction.execute(status -> insert(usage));
            return outcome == null ? new UnknownOrganization() : outcome;
        } catch (DuplicateKeyException e) {
            return new Duplicate(0);
        }
    }

    private BookingOutcome insert(RatedUsage usage) {
        UsageEvent event = usage.event();
        long organizationId = organizations.computeIfAbsent(
                event.organizationId(), id -> jdbc.sql("SELECT organization_id FROM organization WHERE public_id = :id")
                        .param("id", id)
                        .query(Long.class)
                        .single());
        Moved moved = jdbc.sql("""
                UPDATE organization_balance
                   SET balance_nanos = balance_nanos - :cost, entry_seq = entry_seq + 1, updated_at = now()
                 WHERE organization_id = :organization
                RETURNING organization_id, entry_seq, balance_nanos
                """)
                .param("cost", usage.price().costNanos())
                .param("organization", organizationId)
                .query(Moved.class)
                .single();
        Inference tokens = (Inference) event.consumption();
        jdbc.sql("""
                INSERT INTO ledger_entry (organization_id, entry_seq, amount_nanos, balance_after_nanos, occurred_at,
                    booked_at, agent_id, dedupe_key, product_id, rate_card_version, input_tokens, cached_input_tokens,
                    cache_creation_input_tokens, output_tokens, entry_kind)
                VALUES (:organization, :seq, :amount, :balance, :occurredAt, clock_timestamp(), 1, :key, :product,
                    :version, :input, :cached, :creation, :output, 1)
                """)
                .param("organization", moved.organizationId())
                .param("seq", moved.entrySeq())
                .param("amount", -usage.price().costNanos())
                .param("balance", moved.balanceNanos())
                .param("occurredAt", OffsetDateTime.ofInstant(event.occurredAt(), ZoneOffset.UTC))
                .param("key", event.dedupeKey())
                .param("product", productId)
                .param("version", usage.price().rateCardVersion())
                .param("input", tokens.inputTokens())
                .param("cached", tokens.cachedInputTokens())
                .param("creation", tokens.cacheCreationInputTokens())
                .param("output", tokens.outputTokens())
                .update();
        return new Booked(moved.entrySeq(), moved.balanceNanos());
    }

    @Override
    public BookingOutcome book(NewEntry entry) {
        throw new UnsupportedOperationException("the comparison books usage only");
    }
}
