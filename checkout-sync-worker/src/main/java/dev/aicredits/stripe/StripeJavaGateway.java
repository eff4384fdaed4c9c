package dev.aicredits.stripe;

import com.stripe.StripeClient;
import com.stripe.exception.StripeException;
import com.stripe.model.HasId;
import com.stripe.model.StripeCollection;
import com.stripe.model.checkout.Session;
import com.stripe.net.ApiResource;
import com.stripe.net.FormEncoder;
import com.stripe.net.RequestOptions;
import com.stripe.param.DisputeListParams;
import com.stripe.param.EventListParams;
import com.stripe.param.InvoiceListParams;
import com.stripe.param.InvoicePaymentListParams;
import com.stripe.param.RefundListParams;
import com.stripe.param.SubscriptionCancelParams;
import com.stripe.param.checkout.SessionCreateParams;
import com.stripe.param.checkout.SessionCreateParams.AdaptivePricing;
import com.stripe.param.checkout.SessionCreateParams.LineItem.PriceData.Recurring;
import com.stripe.param.checkout.SessionCreateParams.PaymentIntentData;
import com.stripe.param.checkout.SessionListParams;
import com.stripe.param.checkout.SessionRetrieveParams;
import dev.aicredits.stripe.StripeCalls.Operation;
import dev.aicredits.tracing.Traces;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Stripe through its own client library, in the API version that this is made for. */
final class StripeJavaGateway implements StripeGateway {

    private static final int PAGE_SIZE_MAX = 100;
    private static final String PRODUCT_NAME = "AI credits";
    private static final List<String> SESSION_EXPANDED = List.of("line_items", "payment_intent.latest_charge");

    private final StripeSettings settings;
    private final StripeClient client;
    private final StripeCalls calls;

    StripeJavaGateway(StripeSettings settings, MeterRegistry registry, Traces traces, Clock clock) {
        this.settings = settings;
        this.client = StripeClient.builder()
                .setApiKey(settings.apiKey())
                .setApiBase(settings.apiBase().toString())
                .setConnectTimeout(Math.toIntExact(settings.connectTimeout().toMillis()))
                .setReadTimeout(Math.toIntExact(settings.readTimeout().toMillis()))
                // StripeCalls repeats, because it also waits as Stripe asks, counts, and knows when to stop.
                .setMaxNetworkRetries(0)
                .setHttpClient(new StripeHttp())
                .build();
        this.calls = new StripeCalls(settings, registry, traces, clock);
    }

    @Override
    public boolean livemode() {
        return settings.livemode();
    }

    @Override
    public StripeSession createSession(SessionRequest request) {
        return create(createParams(request), request.idempotencyKey());
    }

    @Override
    public StripeSession createSession(SubscriptionRequest request) {
        return create(createParams(request), request.idempotencyKey());
    }

    private StripeSession create(SessionCreateParams params, String idempotencyKey) {
        RequestOptions options =
                RequestOptions.builder().setIdempotencyKey(idempotencyKey).build();
        return calls.make(Operation.SESSION_CREATE, () -> {
            Session created = client.v1().checkout().sessions().create(params, options);
            // Of the payment, if it names one already, nothing is known here, and nothing is needed.
            created.setPaymentIntent(null);
            StripeSession session = StripeMapping.session(WholeAmounts.checked(created));
            if (session.url() == null) {
                throw StripeFailures.garbled("no url");
            }
            return session;
        });
    }

    private static SessionCreateParams createParams(SessionRequest request) {
        Map<String, String> marks = Map.of(
                StripeMapping.ORDER_MARK, request.orderId().toString(),
                StripeMapping.ORGANIZATION_MARK, request.organizationId());
        return SessionCreateParams.builder()
                .setMode(SessionCreateParams.Mode.PAYMENT)
                .setClientReferenceId(request.orderId().toString())
                .setSuccessUrl(request.successUrl())
                .setCancelUrl(request.cancelUrl())
                .putAllMetadata(marks)
                .setPaymentIntentData(
                        PaymentIntentData.builder().putAllMetadata(marks).build())
                // Credits are sold in one currency; the customer's bank converts, not we.
                .setAdaptivePricing(AdaptivePricing.builder().setEnabled(false).build())
                .addLineItem(SessionCreateParams.LineItem.builder()
                        .setQuantity(1L)
                        .setPriceData(SessionCreateParams.LineItem.PriceData.builder()
                                .setCurrency(request.currency())
                                .setUnitAmount(request.amountCents())
                                .setProductData(SessionCreateParams.LineItem.PriceData.ProductData.builder()
                                        .setName(PRODUCT_NAME)
                                        .build())
                                .build())
                        .build())
                .build();
    }

    private static SessionCreateParams createParams(SubscriptionRequest request) {
        Map<String, String> marks = Map.of(
                StripeMapping.PLAN_ORDER_MARK, request.orderId().toString(),
                StripeMapping.ORGANIZATION_MARK, request.organizationId());
        return SessionCreateParams.builder()
                .setMode(SessionCreateParams.Mode.SUBSCRIPTION)
                .setClientReferenceId(request.orderId().toString())
                .setSuccessUrl(request.successUrl())
                .setCancelUrl(request.cancelUrl())
                .putAllMetadata(marks)
                .setSubscriptionData(SessionCreateParams.SubscriptionData.builder()
                        .putAllMetadata(marks)
                        .build())
                .addLineItem(SessionCreateParams.LineItem.builder()
                        .setQuantity(1L)
                        .setPriceData(SessionCreateParams.LineItem.PriceData.builder()
                                .setCurrency(request.currency())
                                .setUnitAmount(request.amountCents())
                                .setRecurring(Recurring.builder()
                                        .setInterval(Recurring.Interval.MONTH)
                                        .build())
                                .setProductData(SessionCreateParams.LineItem.PriceData.ProductData.builder()
                                        .setName(request.name())
                                        .build())
                                .build())
                        .build())
                .build();
    }

    @Override
    public SubscribingSession subscribingSession(String sessionId) {
        String id = inPath(sessionId);
        SessionRetrieveParams params = SessionRetrieveParams.builder()
                .addAllExpand(List.of("line_items", "subscription", "invoice"))
                .build();
        return calls.make(
                Operation.SESSION_READ,
                () -> StripeMapping.subscribingSession(
                        WholeAmounts.checked(client.v1().checkout().sessions().retrieve(id, params))));
    }

    @Override
    public StripeSubscription subscription(String subscriptionId) {
        String id = inPath(subscriptionId);
        return calls.make(
                Operation.SUBSCRIPTION_READ,
                () -> StripeMapping.subscription(
                        WholeAmounts.checked(client.v1().subscriptions().retrieve(id))));
    }

    @Override
    public StripeSubscription cancelSubscription(String subscriptionId) {
        String id = inPath(subscriptionId);
        SubscriptionCancelParams params = SubscriptionCancelParams.builder()
                .setInvoiceNow(false)
                .setProrate(false)
                .build();
        try {
            return calls.make(
                    Operation.SUBSCRIPTION_CANCEL,
                    () -> StripeMapping.subscription(
                            WholeAmounts.checked(client.v1().subscriptions().cancel(id, params))));
        } catch (StripeFailure failure) {
            if (failure.kind() != StripeFailure.Kind.NOT_FOUND) {
                throw failure;
            }
            // Canceled before, perhaps by the try whose answer was lost; or there is none of that id.
            StripeSubscription subscription = subscription(subscriptionId);
            if (!subscription.status().isOver()) {
                throw failure;
            }
            return subscription;
        }
    }

    @Override
    public StripeSession session(String sessionId) {
        String id = inPath(sessionId);
        SessionRetrieveParams params =
                SessionRetrieveParams.builder().addAllExpand(SESSION_EXPANDED).build();
        return calls.make(
                Operation.SESSION_READ,
                () -> StripeMapping.session(
                        WholeAmounts.checked(client.v1().checkout().sessions().retrieve(id, params))));
    }

    @Override
    public Optional<String> sessionOfPayment(String paymentIntentId) {
        SessionListParams params = SessionListParams.builder()
                .setPaymentIntent(paymentIntentId)
                .setLimit(1L)
                .build();
        return calls.make(
                Operation.SESSION_LIST, () -> client.v1().checkout().sessions().list(params).getData().stream()
                        .map(Session::getId)
                        .findFirst());
    }

    @Override
    public List<StripeRefund> refundsOfPayment(String paymentIntentId) {
        return all(after -> refunds(ofPayment(paymentIntentId, after)));
    }

    @Override
    public List<StripeDispute> disputesOfPayment(String paymentIntentId) {
        return all(after -> disputes(ofPayment(paymentIntentId, after)));
    }

    @Override
    public StripeInvoice invoice(String invoiceId) {
        String id = inPath(invoiceId);
        return calls.make(
                Operation.INVOICE_READ,
                () -> StripeMapping.invoice(
                        WholeAmounts.checked(client.v1().invoices().retrieve(id))));
    }

    @Override
    public long refundedCents(String invoiceId) {
        InvoicePaymentListParams params = InvoicePaymentListParams.builder()
                .setInvoice(invoiceId)
                .setLimit((long) PAGE_SIZE_MAX)
                .addExpand("data.payment.payment_intent.latest_charge")
                .build();
        return calls.make(
                Operation.INVOICE_PAYMENT_LIST,
                () -> page(client.v1().invoicePayments().list(params), StripeMapping::refundedCents).items().stream()
                        .reduce(0L, Math::addExact));
    }

    @Override
    public StripePage<UndeliveredEvent> undeliveredEvents(
            List<String> types, StripePeriod created, int pageSize, @Nullable String after) {
        EventListParams params = EventListParams.builder()
                .setDeliverySuccess(false)
                .addAllType(types)
                .putAllExtraParam(ofPeriod(created, pageSize, after))
                .build();
        String path = "/v1/events?" + FormEncoder.createQueryString(params.toMap());
        return calls.make(
                Operation.EVENT_LIST,
                () -> EventPage.read(client.rawRequest(ApiResource.RequestMethod.GET, path, null)
                        .body()));
    }

    @Override
    public StripePage<StripeSession> sessions(StripePeriod created, int pageSize, @Nullable String after) {
        SessionListParams params = SessionListParams.builder()
                .addExpand("data.payment_intent.latest_charge")
                .putAllExtraParam(ofPeriod(created, pageSize, after))
                .build();
        return calls.make(
                Operation.SESSION_LIST,
                () -> page(client.v1().checkout().sessions().list(params), StripeMapping::session));
    }

    @Override
    public StripePage<StripeRefund> refunds(StripePeriod created, int pageSize, @Nullable String after) {
        return refunds(ofPeriod(created, pageSize, after));
    }

    private StripePage<StripeRefund> refunds(Map<String, Object> which) {
        RefundListParams params =
                RefundListParams.builder().putAllExtraParam(which).build();
        return calls.make(
                Operation.REFUND_LIST, () -> page(client.v1().refunds().list(params), StripeMapping::refund));
    }

    @Override
    public StripePage<StripeDispute> disputes(StripePeriod created, int pageSize, @Nullable String after) {
        return disputes(ofPeriod(created, pageSize, after));
    }

    private StripePage<StripeDispute> disputes(Map<String, Object> which) {
        DisputeListParams params =
                DisputeListParams.builder().putAllExtraParam(which).build();
        return calls.make(
                Operation.DISPUTE_LIST, () -> page(client.v1().disputes().list(params), StripeMapping::dispute));
    }

    @Override
    public StripePage<StripeInvoice> paidInvoices(StripePeriod created, int pageSize, @Nullable String after) {
        InvoiceListParams params = InvoiceListParams.builder()
                .setStatus(InvoiceListParams.Status.PAID)
                .putAllExtraParam(ofPeriod(created, pageSize, after))
                .build();
        return calls.make(
                Operation.INVOICE_LIST, () -> page(client.v1().invoices().list(params), StripeMapping::invoice));
    }

    /** A page of what was created in the period. Each list has a type of its own for these parameters, all alike. */
    private static Map<String, Object> ofPeriod(StripePeriod created, int pageSize, @Nullable String after) {
        Map<String, Object> which = pageAfter(pageSize, after);
        which.put(
                "created",
                Map.of(
                        "gte", created.from().getEpochSecond(),
                        "lt", created.until().getEpochSecond()));
        return which;
    }

    private static Map<String, Object> ofPayment(String paymentIntentId, @Nullable String after) {
        Map<String, Object> which = pageAfter(PAGE_SIZE_MAX, after);
        which.put("payment_intent", paymentIntentId);
        return which;
    }

    private static Map<String, Object> pageAfter(int pageSize, @Nullable String after) {
        Map<String, Object> which = new HashMap<>();
        which.put("limit", pageSize);
        if (after != null) {
            which.put("starting_after", after);
        }
        return which;
    }

    @Override
    public void close() {
        // Connections belong to the JDK's pool, which closes idle ones by itself.
    }

    private static <S extends HasId, T> StripePage<T> page(StripeCollection<S> list, Function<S, T> mapping)
            throws StripeException {
        WholeAmounts.checked(list);
        List<S> data = list.getData();
        boolean more = Boolean.TRUE.equals(list.getHasMore()) && !data.isEmpty();
        return new StripePage<>(
                data.stream().map(mapping).toList(),
                more ? data.get(data.size() - 1).getId() : null);
    }

    /** Every page of a list about one payment; Stripe bounds how many refunds and disputes a payment can have. */
    private static <T> List<T> all(Function<@Nullable String, StripePage<T>> pages) {
        List<T> items = new ArrayList<>();
        String after = null;
        do {
            StripePage<T> page = pages.apply(after);
            items.addAll(page.items());
            after = page.next();
        } while (after != null);
        return items;
    }

    /**
     * An id as the path of a URL may hold it; no id of Stripe's has other characters. Asked before the call: what Stripe is not asked
     * says nothing of how it fares.
     */
    private static String inPath(String id) {
        if (!isId(id)) {
            throw new StripeFailure(StripeFailure.Kind.NOT_FOUND, "no id of Stripe's", null, null);
        }
        return id;
    }

    static boolean isId(String id) {
        return id.matches("[A-Za-z0-9_]{1,255}");
    }
}
