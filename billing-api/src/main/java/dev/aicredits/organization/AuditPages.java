package dev.aicredits.organization;

import dev.aicredits.access.Access;
import dev.aicredits.access.Grant;
import dev.aicredits.access.Requires;
import dev.aicredits.pages.Page;
import org.jspecify.annotations.Nullable;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** The audit log: who changed what, from where, why. */
@Page
class AuditPages {

    private static final int PAGE_SIZE = 50;

    private final AuditController log;

    AuditPages(AuditController log) {
        this.log = log;
    }

    @Requires(Grant.AUDIT_VIEW)
    @GetMapping("/settings/{organizationId}/audit-log")
    String page(Access access, @RequestParam(required = false) @Nullable String cursor, Model model) {
        model.addAttribute("organizationId", access.organizationId());
        model.addAttribute("changes", log.page(access, cursor, PAGE_SIZE));
        return "audit-log";
    }
}
