package dev.aicredits.checkout;

import static dev.aicredits.ledger.JdbcTimes.utc;

import dev.aicredits.stripe.StripeInvoice;
import java.time.Clock;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The status of invoices, as last seen, for the organization that each names. */
final class JdbcInvoices {

    private final JdbcClient jdbc;
    private final Clock clock;

    JdbcInvoices(DataSource dataSource, Clock clock) {
        this.jdbc = JdbcClient.create(dataSource);
        this.clock = clock;
    }

    /** Keeps the invoice as it is now; one that is over stays so. Answers whether there is such an organization. */
    boolean save(String organizationId, StripeInvoice invoice) {
        return jdbc.sql("""
                        INSERT INTO invoice_status AS seen (organization_id, invoice_id, status, currency,
                            amount_due_cents, amount_paid_cents, due_at, invoiced_at, updated_at)
                        SELECT organization_id, :invoice, :status, :currency, :due, :paid, :dueAt, :invoicedAt, :now
                          FROM organization WHERE public_id = :organization
                        ON CONFLICT (organization_id, invoice_id) DO UPDATE
                           SET status = CASE WHEN seen.status IN ('paid', 'void') THEN seen.status
                                             ELSE EXCLUDED.status END,
                               amount_due_cents = EXCLUDED.amount_due_cents,
                               amount_paid_cents = greatest(seen.amount_paid_cents, EXCLUDED.amount_paid_cents),
                               due_at = EXCLUDED.due_at, updated_at = EXCLUDED.updated_at
                        """)
                        .param("organization", organizationId)
                        .param("invoice", invoice.id())
                        .param("status", invoice.status())
                        .param("currency", invoice.currency())
                        .param("due", invoice.amountDueCents())
                        .param("paid", invoice.amountPaidCents())
                        .param("dueAt", invoice.dueAt() == null ? null : utc(invoice.dueAt()))
                        .param("invoicedAt", utc(invoice.createdAt()))
                        .param("now", utc(clock.instant()))
                        .update()
                == 1;
    }
}
