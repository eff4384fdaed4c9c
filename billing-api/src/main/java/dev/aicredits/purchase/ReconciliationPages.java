package dev.aicredits.purchase;

import dev.aicredits.access.Grant;
import dev.aicredits.access.Requires;
import dev.aicredits.access.SignedIn;
import dev.aicredits.pages.FormRules;
import dev.aicredits.pages.Outcome;
import dev.aicredits.pages.Page;
import dev.aicredits.purchase.CheckoutClient.Repaired;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.util.UriComponentsBuilder;

/** For operators: where Stripe, our orders and the ledger differ, and the repair of what is safe to repair. */
@Page
@RequestMapping(ReconciliationPages.PATH)
class ReconciliationPages {

    static final String PATH = "/operator/reconciliation";

    private static final int DAYS_SHOWN = 7;

    private final CheckoutClient checkout;
    private final Clock clock;

    ReconciliationPages(CheckoutClient checkout, Clock clock) {
        this.checkout = checkout;
        this.clock = clock;
    }

    /** The days from {@code from} to {@code to}, both included; the last week unless told. */
    @Requires(Grant.OPERATE)
    @GetMapping
    String report(
            SignedIn operator,
            @RequestParam(required = false) @Nullable String from,
            @RequestParam(required = false) @Nullable String to,
            Model model) {
        LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
        LocalDate first = DayField.of("from", from, today.minusDays(DAYS_SHOWN - 1L));
        LocalDate last = DayField.of("to", to, today);
        model.addAttribute("from", first);
        model.addAttribute("to", last);
        model.addAttribute("report", checkout.report(operator.caller(), first.toString(), after(last)));
        return "operator-reconciliation";
    }

    @Requires(Grant.OPERATE)
    @PostMapping("/repairs")
    ResponseEntity<Void> repair(
            SignedIn operator, @RequestParam String from, @RequestParam String to, HttpServletRequest request) {
        LocalDate first = DayField.of("from", FormRules.text(from), LocalDate.EPOCH);
        LocalDate last = DayField.of("to", FormRules.text(to), LocalDate.EPOCH);
        Repaired repaired = checkout.repair(operator.caller(), first.toString(), after(last));
        String page = UriComponentsBuilder.fromPath(PATH)
                .queryParam("from", first)
                .queryParam("to", last)
                .toUriString();
        return Outcome.done(
                request, page, repaired.repairs().size() + " sessions and invoices of plans were looked at again.");
    }

    private static String after(LocalDate last) {
        return last.plusDays(1).toString();
    }
}
