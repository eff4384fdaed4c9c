package dev.aicredits.credits;

import dev.aicredits.access.Access;
import dev.aicredits.access.Grant;
import dev.aicredits.access.Requires;
import dev.aicredits.hosting.PlanController;
import dev.aicredits.pages.FormRules;
import dev.aicredits.pages.Page;
import dev.aicredits.problem.ProblemException;
import dev.aicredits.purchase.CheckoutClient;
import dev.aicredits.spending.Stops;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;
import org.springframework.web.util.UriComponentsBuilder;
import org.springframework.web.util.UriUtils;

/** Settings → Billing: what there is, where it came from, where it went, and more of it. */
@Page
@RequestMapping("/settings/{organizationId}/billing")
class BillingPages {

    /**
     * The fields above the ledger, as a person fills them in.
     *
     * @param tab {@code purchases} or {@code usage}
     * @param from the first UTC day
     * @param to the last one
     * @param cursor where the page begins; none for the newest entry
     */
    record LedgerForm(
            @Nullable String tab,
            @Nullable String agentId,
            @Nullable String externalUserId,
            @Nullable String from,
            @Nullable String to,
            @Nullable String cursor) {

        static final String PURCHASES = "purchases";
        static final String USAGE = "usage";

        public boolean isUsage() {
            return USAGE.equals(tab);
        }

        public boolean isFiltered() {
            return FormRules.text(agentId) != null
                    || FormRules.text(externalUserId) != null
                    || FormRules.text(from) != null
                    || FormRules.text(to) != null;
        }

        /** The page that shows the same: to come back to, to load again, to send to somebody. */
        String page(String organizationId) {
            return UriComponentsBuilder.fromPath("/settings/" + organizationId + "/billing")
                    .queryParam("tab", isUsage() ? USAGE : PURCHASES)
                    .queryParamIfPresent("agentId", encoded(agentId))
                    .queryParamIfPresent("externalUserId", encoded(externalUserId))
                    .queryParamIfPresent("from", encoded(from))
                    .queryParamIfPresent("to", encoded(to))
                    .queryParamIfPresent("cursor", encoded(cursor))
                    .build(true)
                    .toUriString();
        }

        private static Optional<String> encoded(@Nullable String field) {
            return Optional.ofNullable(FormRules.text(field))
                    .map(text -> UriUtils.encode(text, StandardCharsets.UTF_8));
        }

        LedgerQuery query() {
            return new LedgerQuery(
                    isUsage() ? USAGE : PURCHASES,
                    null,
                    isUsage() ? FormRules.text(agentId) : null,
                    isUsage() ? FormRules.text(externalUserId) : null,
                    FormRules.text(from),
                    dayAfter(FormRules.text(to)));
        }

        /** People mean a day whole; a query ends before a moment. */
        private static @Nullable String dayAfter(@Nullable String day) {
            try {
                return day == null ? null : LocalDate.parse(day).plusDays(1).toString();
            } catch (DateTimeException e) {
                throw ProblemException.invalidParameter("to");
            }
        }
    }

    private static final int PAGE_SIZE = 25;

    /** The id of the part of the page that has the entries. */
    private static final String LEDGER = "ledger";

    private final SummaryReader summaries;
    private final LedgerController ledger;
    private final JdbcEntries entries;
    private final PlanController plans;
    private final Stops stops;
    private final CheckoutClient checkout;

    BillingPages(
            SummaryReader summaries,
            LedgerController ledger,
            JdbcEntries entries,
            PlanController plans,
            Stops stops,
            CheckoutClient checkout) {
        this.summaries = summaries;
        this.ledger = ledger;
        this.entries = entries;
        this.plans = plans;
        this.stops = stops;
        this.checkout = checkout;
    }

    /** @param purchase the checkout session that the person comes back from, or {@code left} if they did not pay */
    @Requires(Grant.BILLING_VIEW)
    @GetMapping
    String billing(
            Access access,
            @ModelAttribute LedgerForm form,
            @RequestParam(required = false) @Nullable String purchase,
            Model model) {
        addSummary(access, model);
        addLedger(access, form, model);
        model.addAttribute("plan", plans.usage(access));
        model.addAttribute("stops", stops.inForce(access.organizationKey()));
        model.addAttribute("purchaseId", "left".equals(purchase) ? null : FormRules.text(purchase));
        model.addAttribute("purchaseLeft", "left".equals(purchase));
        model.addAttribute("buyable", checkout.isConfigured());
        model.addAttribute("purchaseKey", UUID.randomUUID());
        return "billing";
    }

    /** The figures at the top, which the stream has the page ask for when something was booked. */
    @Requires(Grant.BILLING_VIEW)
    @GetMapping("/summary")
    String summary(Access access, Model model) {
        addSummary(access, model);
        return "billing :: summary";
    }

    @Requires(Grant.BILLING_VIEW)
    @GetMapping("/ledger")
    String ledger(
            Access access,
            @ModelAttribute LedgerForm form,
            HttpServletRequest request,
            HttpServletResponse response,
            Model model) {
        addLedger(access, form, model);
        // Not when the ledger asks by itself, since something was bought: then the person is where they are.
        if (!LEDGER.equals(request.getHeader("HX-Trigger"))) {
            response.setHeader("HX-Push-Url", form.page(access.organizationId()));
        }
        return "billing :: ledger";
    }

    @Requires(Grant.BILLING_VIEW)
    @GetMapping("/ledger.csv")
    StreamingResponseBody csv(Access access, @ModelAttribute LedgerForm form, HttpServletResponse response) {
        LedgerFilter filter = form.query().filter(access.organizationKey(), entries);
        return ledger.csv(access.organizationKey(), filter, response);
    }

    private void addSummary(Access access, Model model) {
        model.addAttribute("organizationId", access.organizationId());
        model.addAttribute(
                "summary", summaries.summary(access.organizationKey(), summaries.standing(access.organizationKey())));
    }

    private void addLedger(Access access, LedgerForm form, Model model) {
        LedgerFilter filter = form.query().filter(access.organizationKey(), entries);
        String cursor = form.cursor() == null ? "" : form.cursor();
        model.addAttribute("organizationId", access.organizationId());
        model.addAttribute("form", form);
        model.addAttribute("page", ledger.page(access.organizationKey(), filter, null, PAGE_SIZE, cursor));
    }
}
