package dev.aicredits.checkout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicredits.localstripe.LocalStripe;
import dev.aicredits.localstripe.LocalStripeSettings;
import dev.aicredits.localstripe.WebhookEndpoint;
import dev.aicredits.testkit.TestInfra;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.json.JsonMapper;

/**
 * One worker beside a local Stripe, for all classes about plans: it starts once and is closed when this JVM ends. After each
 * test that Stripe behaves again; after each class the books are audited.
 */
final class SharedPlanWorker implements AfterEachCallback, AfterAllCallback {

    static final String TEAM = "mcp_hosting_team";
    static final String FREE = "mcp_hosting_free";
    static final CheckoutSystem SYSTEM = CheckoutSystem.create();
    private static final DataSource AT_STRIPE =
            TestInfra.shared().createDatabase().pool();
    static final LocalStripe STRIPE =
            LocalStripe.start(LocalStripeSettings.of(CheckoutSystem.STRIPE_KEY, AT_STRIPE, Clock.systemUTC())
                    .withRetrySchedule(Duration.ofMillis(100)));
    static final RunningCheckout WORKER = SYSTEM.start("aicredits.checkout-sync.stripe.api-base=" + STRIPE.baseUrl());
    static final CheckoutClient CLIENT = WORKER.client();

    static {
        STRIPE.webhooks()
                .use(WebhookEndpoint.of(
                        URI.create("http://127.0.0.1:" + WORKER.port() + StripeWebhookController.PATH),
                        CheckoutSystem.WEBHOOK_SECRET));
        TestInfra.closeAtExit(STRIPE);
        TestInfra.closeAtExit(SYSTEM);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        STRIPE.webhooks().behave();
        STRIPE.faults().clear();
    }

    @Override
    public void afterAll(ExtensionContext context) {
        assertThat(SYSTEM.audit()).isEmpty();
    }

    /** Changes an object of Stripe's as nobody there should. */
    static void alter(String id, Map<String, ?> members) {
        int altered = JdbcClient.create(AT_STRIPE)
                .sql("UPDATE local_stripe.object SET body = body || :members::jsonb WHERE id = :id")
                .param("members", new JsonMapper().writeValueAsString(members))
                .param("id", id)
                .update();
        assertThat(altered).isOne();
    }

    /** A member of an object of Stripe's. */
    static String atStripe(String id, String member) {
        return JdbcClient.create(AT_STRIPE)
                .sql("SELECT body ->> :member FROM local_stripe.object WHERE id = :id")
                .param("member", member)
                .param("id", id)
                .query(String.class)
                .single();
    }

    /** The plan that the organization has. */
    static String plan(String organization) {
        return WORKER.bean(JdbcPlanOrders.class).inForce(organization).planKey();
    }

    /** Gives the organization a plan, as an operator does. */
    static void give(String organization, String plan, boolean invoiced) {
        SYSTEM.superuser()
                .sql("""
                INSERT INTO organization_plan (organization_id, plan_key, invoiced, updated_at)
                SELECT organization_id, :plan, :invoiced, now() FROM organization WHERE public_id = :id
                ON CONFLICT (organization_id) DO UPDATE SET plan_key = EXCLUDED.plan_key, invoiced = EXCLUDED.invoiced
                """)
                .param("plan", plan)
                .param("invoiced", invoiced)
                .param("id", organization)
                .update();
    }

    /** The organization's orders of plans, as {@code state} or {@code state:reason}, in the order in which they were made. */
    static List<String> orders(String organization) {
        return SYSTEM.superuser()
                .sql("""
                SELECT concat_ws(':', state, reason) FROM plan_order_statement WHERE organization_id = :id
                 ORDER BY created_at
                """)
                .param("id", organization)
                .query(String.class)
                .list();
    }
}
