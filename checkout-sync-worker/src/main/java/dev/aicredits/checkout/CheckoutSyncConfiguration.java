package dev.aicredits.checkout;

import dev.aicredits.access.AccessConfiguration;
import dev.aicredits.audit.AuditedChanges;
import dev.aicredits.audit.JdbcAuditLog;
import dev.aicredits.ledger.JdbcLedger;
import dev.aicredits.ledger.Ledger;
import dev.aicredits.messaging.LedgerAnnouncer;
import dev.aicredits.messaging.Publisher;
import dev.aicredits.reconcile.JdbcDeeds;
import dev.aicredits.reconcile.Reconciler;
import dev.aicredits.stripe.StripeGateway;
import dev.aicredits.stripe.StripeGateways;
import dev.aicredits.tracing.Traces;
import dev.aicredits.tracing.TracingConfiguration;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import javax.sql.DataSource;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.transaction.support.TransactionTemplate;

/** The checkout worker's parts; imported by its own application and by whoever runs it beside other services. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(CheckoutSettings.class)
@Import({
    TracingConfiguration.class,
    AccessConfiguration.class,
    EventTopicConfiguration.class,
    CheckoutController.class,
    PlanCheckoutController.class,
    ReturnPageController.class,
    ReconciliationController.class,
    ReviewController.class,
    StripeWebhookController.class,
    CheckoutProblemAdvice.class
})
public class CheckoutSyncConfiguration {

    private static final String WORKER = "checkout-sync-worker";

    @Bean
    @ConditionalOnMissingBean
    Clock clock() {
        return Clock.systemUTC();
    }

    @Bean
    @ConditionalOnMissingBean
    Ledger ledger(DataSource dataSource, Clock clock) {
        return new JdbcLedger(dataSource, clock);
    }

    @Bean
    StripeGateway stripeGateway(CheckoutSettings settings, MeterRegistry registry, Traces traces, Clock clock) {
        return StripeGateways.open(settings.stripe(), registry, traces, clock);
    }

    @Bean
    TransactionTemplate checkoutTransaction(DataSource dataSource) {
        return new TransactionTemplate(new JdbcTransactionManager(dataSource));
    }

    @Bean
    JdbcOrders jdbcOrders(DataSource dataSource, TransactionTemplate checkoutTransaction, Clock clock) {
        return new JdbcOrders(dataSource, checkoutTransaction, clock);
    }

    @Bean
    CheckoutMetrics checkoutMetrics(MeterRegistry registry, JdbcOrders orders, JdbcPlanOrders planOrders, Clock clock) {
        return new CheckoutMetrics(registry, orders, planOrders, clock);
    }

    @Bean
    LedgerAnnouncer checkoutLedgerAnnouncer(
            KafkaTemplate<byte[], byte[]> stripeEventTemplate, CheckoutSettings settings, Traces traces, Clock clock) {
        return new LedgerAnnouncer(stripeEventTemplate, settings.ledgerTopic(), WORKER, traces, clock);
    }

    @Bean
    Fulfilment fulfilment(
            StripeGateway stripe,
            JdbcOrders orders,
            DataSource dataSource,
            Ledger ledger,
            TransactionTemplate checkoutTransaction,
            LedgerAnnouncer checkoutLedgerAnnouncer,
            CheckoutMetrics metrics,
            Clock clock) {
        Returns returns = new Returns(ledger, new JdbcReturns(dataSource, clock), metrics);
        return new Fulfilment(stripe, orders, returns, ledger, checkoutTransaction, checkoutLedgerAnnouncer, metrics);
    }

    @Bean
    Reconciler reconciler(
            StripeGateway stripe, DataSource dataSource, Fulfilment fulfilment, PlanFulfilment plans, Clock clock) {
        return new Reconciler(stripe, dataSource, new SessionResync(fulfilment, plans), clock);
    }

    @Bean
    Reviews reviews(Fulfilment fulfilment, JdbcOrders orders, DataSource dataSource, Clock clock) {
        return new Reviews(fulfilment, orders, new JdbcDeeds(dataSource, clock));
    }

    @Bean
    CheckoutStart checkoutStart(
            StripeGateway stripe, JdbcOrders orders, TransactionTemplate checkoutTransaction, Clock clock) {
        return new CheckoutStart(stripe, orders, checkoutTransaction, clock);
    }

    @Bean
    JdbcPlanOrders jdbcPlanOrders(DataSource dataSource, Clock clock) {
        return new JdbcPlanOrders(dataSource, clock);
    }

    @Bean
    PlanStart planStart(StripeGateway stripe, JdbcPlanOrders orders, CheckoutSettings settings, Clock clock) {
        ReturnUrls returnUrls = new ReturnUrls(settings.publicUrl(), settings.returnOrigins());
        return new PlanStart(stripe, orders, returnUrls, clock);
    }

    @Bean
    PlanChanges planChanges(JdbcPlanOrders orders, DataSource dataSource, Clock clock) {
        AuditedChanges changes =
                new AuditedChanges(new JdbcTransactionManager(dataSource), new JdbcAuditLog(dataSource, clock));
        return new PlanChanges(orders, changes);
    }

    @Bean
    PlanFulfilment planFulfilment(
            StripeGateway stripe, JdbcPlanOrders orders, PlanChanges changes, CheckoutMetrics metrics) {
        return new PlanFulfilment(stripe, orders, changes, metrics);
    }

    @Bean
    RefusedSubscriptions refusedSubscriptions(StripeGateway stripe, JdbcPlanOrders orders, PlanChanges changes) {
        return new RefusedSubscriptions(stripe, orders, changes);
    }

    @Bean
    PlanReviews planReviews(
            StripeGateway stripe,
            JdbcPlanOrders orders,
            JdbcOrders credits,
            PlanChanges changes,
            RefusedSubscriptions refused) {
        return new PlanReviews(stripe, orders, credits, changes, refused);
    }

    @Bean
    PlanSweep planSweep(
            JdbcPlanOrders orders,
            PlanStart start,
            PlanFulfilment fulfilment,
            RefusedSubscriptions refused,
            CheckoutSettings settings,
            Clock clock) {
        return new PlanSweep(orders, start, fulfilment, refused, settings, clock);
    }

    @Bean
    PurchaseReader purchaseReader(CheckoutSettings settings) {
        return new PurchaseReader(settings);
    }

    @Bean
    WebhookSignature webhookSignature(CheckoutSettings settings, Clock clock) {
        return new WebhookSignature(settings.webhookSecrets(), settings.webhookTolerance(), clock);
    }

    @Bean
    Publisher stripeEventPublisher(KafkaTemplate<byte[], byte[]> stripeEventTemplate, CheckoutSettings settings) {
        return new Publisher(stripeEventTemplate, settings.sendTimeout());
    }

    @Bean
    Publisher stripeLetterPublisher(KafkaTemplate<byte[], byte[]> stripeLetterTemplate, CheckoutSettings settings) {
        return new Publisher(stripeLetterTemplate, settings.sendTimeout());
    }

    @Bean
    EventLog eventLog(
            Publisher stripeEventPublisher,
            Publisher stripeLetterPublisher,
            CheckoutSettings settings,
            Traces traces,
            Clock clock) {
        return new EventLog(stripeEventPublisher, stripeLetterPublisher, settings, traces, clock);
    }

    @Bean
    JdbcStripeEvents jdbcStripeEvents(DataSource dataSource, Clock clock) {
        return new JdbcStripeEvents(dataSource, clock);
    }

    @Bean
    EventActions eventActions(
            Fulfilment fulfilment,
            PlanFulfilment plans,
            StripeGateway stripe,
            JdbcStripeEvents events,
            DataSource dataSource,
            Clock clock) {
        return new EventActions(fulfilment, plans, stripe, new JdbcInvoices(dataSource, clock), events);
    }

    @Bean
    OpenSessionSweep openSessionSweep(
            JdbcOrders orders, CheckoutStart start, Fulfilment fulfilment, CheckoutSettings settings, Clock clock) {
        return new OpenSessionSweep(orders, start, fulfilment, settings, clock);
    }

    @Bean
    UndeliveredEventSweep undeliveredEventSweep(
            StripeGateway stripe,
            EventLog log,
            JdbcStripeEvents events,
            CheckoutMetrics metrics,
            CheckoutSettings settings,
            Clock clock) {
        return new UndeliveredEventSweep(stripe, log, events, metrics, settings, clock);
    }

    @Bean
    Sweeps sweeps(
            DataSource dataSource,
            OpenSessionSweep openSessions,
            PlanSweep planOrders,
            UndeliveredEventSweep undeliveredEvents,
            CheckoutMetrics metrics,
            CheckoutSettings settings,
            Clock clock) {
        return new Sweeps(dataSource, openSessions, planOrders, undeliveredEvents, metrics, settings, clock);
    }
}
