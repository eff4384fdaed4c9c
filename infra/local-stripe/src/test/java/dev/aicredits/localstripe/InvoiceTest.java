package dev.aicredits.localstripe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.stripe.exception.StripeException;
import com.stripe.model.Invoice;
import com.stripe.param.InvoiceListParams;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Invoices, as far as their events need them. */
class InvoiceTest {
    @Test
    void invoiceGoesFromDraftToPaid() throws StripeException {
        try (StripeRun run = StripeRun.start()) {
            Invoices invoices = run.stripe.invoices();
            String id = invoices.create(9900, "usd", "Hosting, June", Map.of("aicredits_organization", "org_acme"));
            invoices.send(id);
            invoices.failPayment(id);
            invoices.markOverdue(id);
            invoices.pay(id);

            Invoice invoice = run.client.v1().invoices().retrieve(id);
            assertThat(invoice.getStatus()).isEqualTo("paid");
            assertThat(invoice.getAmountPaid()).isEqualTo(9900);
            assertThat(invoice.getAttemptCount()).isEqualTo(2);
            assertThat(invoice.getMetadata()).containsEntry("aicredits_organization", "org_acme");
            assertThat(invoice.getLines().getData()).hasSize(1);
            assertThat(run.client
                            .v1()
                            .invoices()
                            .list(InvoiceListParams.builder()
                                    .setStatus(InvoiceListParams.Status.OPEN)
                                    .build())
                            .getData())
                    .isEmpty();
            await().untilAsserted(() -> assertThat(run.receiver.types())
                    .containsExactlyInAnyOrder(
                            "invoice.created",
                            "invoice.finalized",
                            "invoice.sent",
                            "invoice.payment_failed",
                            "invoice.overdue",
                            "invoice.updated",
                            "invoice.paid",
                            "invoice.payment_succeeded"));
            assertThatThrownBy(() -> invoices.cancel(id)).isInstanceOf(RefusedException.class);
        }
    }

    @Test
    void openInvoiceIsGivenUpOrTakenBack() throws StripeException {
        try (StripeRun run = StripeRun.start()) {
            String id = run.stripe.invoices().create(100, "usd", "Hosting", Map.of());
            run.stripe.invoices().send(id);
            run.stripe.invoices().markUncollectible(id);
            assertThat(run.client.v1().invoices().retrieve(id).getStatus()).isEqualTo("uncollectible");
            run.stripe.invoices().cancel(id);
            assertThat(run.client.v1().invoices().retrieve(id).getStatus()).isEqualTo("void");
        }
    }
}
