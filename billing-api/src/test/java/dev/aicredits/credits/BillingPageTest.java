package dev.aicredits.credits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicredits.api.ApiSystem;
import dev.aicredits.api.PageClient;
import dev.aicredits.api.TestOrganization;
import dev.aicredits.ledger.Member.Role;
import java.time.OffsetDateTime;
import org.junit.jupiter.api.Test;

/** What stands in the place of plans for a workspace that pays by invoice: how its last invoice stands. */
class BillingPageTest {

    private static final ApiSystem SYSTEM = ApiSystem.shared();

    private final TestOrganization organization = SYSTEM.organization();
    private final PageClient owner = SYSTEM.browser().signIn(organization.member(Role.OWNER));

    @Test
    void anInvoicedWorkspaceSeesItsLastInvoiceInPlaceOfPlans() {
        assertThat(planCard()).doesNotContain("invoice");
        invoiced();
        assertThat(planCard()).contains("pays by invoice").contains("There is none yet");

        invoice("in_first", "paid", "2026-10-01T00:00:00Z");
        assertThat(planCard()).contains("in_first").contains(">Paid<").doesNotContain("none yet");
        invoice("in_second", "open", "2026-11-01T00:00:00Z");

        assertThat(planCard())
                .contains("in_second")
                .contains(">Open<")
                .contains("$5,000.00")
                .contains("1 Dec 2026")
                .doesNotContain("in_first")
                .doesNotContain("/purchases/plan");
    }

    @Test
    void anotherWorkspacesInvoiceIsNotShown() {
        invoiced();
        invoice("in_theirs", "open", "2026-11-01T00:00:00Z");
        TestOrganization other = SYSTEM.organization();

        assertThat(owner.get("/settings/" + other.id() + "/billing").status()).isEqualTo(404);
        String page = SYSTEM.browser()
                .signIn(other.member(Role.OWNER))
                .get("/settings/" + other.id() + "/billing")
                .body();
        assertThat(page).contains("id=\"plan\"").doesNotContain("in_theirs");
    }

    private String planCard() {
        PageClient.Answer answer = owner.get("/settings/" + organization.id() + "/billing");
        assertThat(answer.status()).isEqualTo(200);
        int card = answer.body().indexOf("id=\"plan\"");
        return answer.body().substring(card, answer.body().indexOf("</section>", card));
    }

    private void invoiced() {
        assertThat(SYSTEM.operator()
                        .put(
                                "/api/v1/operator/organizations/" + organization.id() + "/mcp-hosting/plan",
                                "{\"planKey\":\"mcp_hosting_enterprise\",\"invoiced\":true,\"reason\":\"agreed\"}")
                        .status())
                .isEqualTo(200);
    }

    private void invoice(String id, String status, String invoicedOn) {
        SYSTEM.superuser()
                .sql("""
                        INSERT INTO invoice_status VALUES (:organization, :id, :status, 'usd', 500000, 0, :due, :at, :at)
                        """)
                .param("organization", organization.organizationKey())
                .param("id", id)
                .param("status", status)
                .param("due", OffsetDateTime.parse("2026-12-01T00:00:00Z"))
                .param("at", OffsetDateTime.parse(invoicedOn))
                .update();
    }
}
