package dev.aicredits.apikey;

import dev.aicredits.access.Access;
import dev.aicredits.access.Grant;
import dev.aicredits.access.Requires;
import dev.aicredits.apikey.ApiKeyController.KeyAnswer;
import dev.aicredits.apikey.ApiKeyController.NewKey;
import dev.aicredits.pages.FormRules;
import dev.aicredits.pages.Outcome;
import dev.aicredits.pages.Page;
import dev.aicredits.problem.ProblemException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** API keys. A new one is in the answer that makes it, which nobody keeps, and is never shown again. */
@Page
@RequestMapping("/settings/{organizationId}/api-keys")
class ApiKeyPages {

    private final ApiKeyController keys;
    private final FormRules rules;

    ApiKeyPages(ApiKeyController keys, FormRules rules) {
        this.keys = keys;
        this.rules = rules;
    }

    @Requires(Grant.KEYS_MANAGE)
    @GetMapping
    String page(Access access, Model model) {
        addKeys(access, model);
        return "api-keys";
    }

    @Requires(Grant.KEYS_MANAGE)
    @GetMapping("/list")
    String list(Access access, Model model) {
        addKeys(access, model);
        return "api-keys :: list";
    }

    @Requires(Grant.KEYS_MANAGE)
    @PostMapping
    String make(
            Access access,
            @RequestParam String name,
            @RequestParam @Nullable String description,
            @RequestParam String roleKey,
            @RequestParam @Nullable String expiresOn,
            HttpServletRequest request,
            HttpServletResponse response,
            Model model) {
        NewKey body = rules.checked(new NewKey(name, FormRules.text(description), roleKey, null, endOf(expiresOn)));
        return made(keys.make(access, body), access, request, response, model);
    }

    @Requires(Grant.KEYS_MANAGE)
    @PostMapping("/{keyId}/rotation")
    String rotate(
            Access access,
            @PathVariable String keyId,
            HttpServletRequest request,
            HttpServletResponse response,
            Model model) {
        return made(keys.rotate(access, keyId, null), access, request, response, model);
    }

    @Requires(Grant.KEYS_MANAGE)
    @PostMapping("/{keyId}/revocation")
    ResponseEntity<Void> revoke(Access access, @PathVariable String keyId, HttpServletRequest request) {
        keys.revoke(access, keyId);
        return Outcome.done(
                request,
                "/settings/" + access.organizationId() + "/api-keys",
                "The key is revoked. Nobody can use it any more.");
    }

    private String made(
            KeyAnswer key, Access access, HttpServletRequest request, HttpServletResponse response, Model model) {
        response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
        model.addAttribute("made", key);
        if (Outcome.isHtmx(request)) {
            response.setHeader("HX-Trigger", "keysChanged");
            return "api-keys :: made";
        }
        addKeys(access, model);
        return "api-keys";
    }

    private void addKeys(Access access, Model model) {
        model.addAttribute("organizationId", access.organizationId());
        model.addAttribute("keys", keys.list(access));
        model.addAttribute("roles", keys.roles(access));
    }

    /** A key lives to the end of the day that is chosen. */
    private static @Nullable OffsetDateTime endOf(@Nullable String day) {
        String text = FormRules.text(day);
        try {
            return text == null
                    ? null
                    : LocalDate.parse(text).plusDays(1).atStartOfDay().atOffset(ZoneOffset.UTC);
        } catch (DateTimeException e) {
            throw ProblemException.invalidField("expiresOn");
        }
    }
}
