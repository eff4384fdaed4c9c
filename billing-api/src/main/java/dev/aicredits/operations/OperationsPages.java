package dev.aicredits.operations;

import dev.aicredits.access.Grant;
import dev.aicredits.access.Requires;
import dev.aicredits.access.SignedIn;
import dev.aicredits.operations.DeadLetterController.ReplayRequest;
import dev.aicredits.operations.LetterFilter.DeadLetterQuery;
import dev.aicredits.pages.FormRules;
import dev.aicredits.pages.Outcome;
import dev.aicredits.pages.Page;
import dev.aicredits.problem.ProblemException;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** For operators: how the topics stand, and what could not be used, to look at and to send back. */
@Page
@RequestMapping("/operator")
class OperationsPages {

    private static final int PAGE_SIZE = 50;

    /** What a form says to have all sent back that matches, and not those alone that are chosen. */
    private static final String MATCHING = "matching";

    private final TopicController topics;
    private final DeadLetterController letters;
    private final OperationsSettings settings;
    private final FormRules rules;

    OperationsPages(
            TopicController topics, DeadLetterController letters, OperationsSettings settings, FormRules rules) {
        this.topics = topics;
        this.letters = letters;
        this.settings = settings;
        this.rules = rules;
    }

    @Requires(Grant.OPERATE)
    @GetMapping("/topics")
    String topics(SignedIn operator, Model model) {
        model.addAttribute("topics", topics.topics(operator));
        return "operator-topics";
    }

    @Requires(Grant.OPERATE)
    @GetMapping("/dead-letters")
    String letters(
            SignedIn operator,
            @ModelAttribute DeadLetterQuery query,
            @RequestParam(required = false) @Nullable String cursor,
            Model model) {
        DeadLetterQuery asked = filled(query);
        model.addAttribute("query", asked);
        model.addAttribute("topics", settings.deadLetterTopics());
        model.addAttribute("page", letters.list(operator, asked, FormRules.text(cursor), PAGE_SIZE));
        return "operator-dead-letters";
    }

    @Requires(Grant.OPERATE)
    @GetMapping("/dead-letters/{topic}/{partition}/{offset}")
    String letter(
            SignedIn operator,
            @PathVariable String topic,
            @PathVariable String partition,
            @PathVariable String offset,
            Model model) {
        model.addAttribute("letter", letters.show(operator, topic, partition, offset));
        return "operator-dead-letter";
    }

    /** Sends back what was chosen, or all that match. What was sent before is not, unless it is asked for. */
    @Requires(Grant.OPERATE)
    @PostMapping("/dead-letters/replay")
    String replay(
            SignedIn operator,
            @RequestParam String which,
            @RequestParam(required = false) @Nullable List<String> id,
            @RequestParam(required = false) @Nullable String topic,
            @RequestParam(required = false) @Nullable String filterReason,
            @RequestParam(required = false) @Nullable String organizationId,
            @RequestParam(required = false) @Nullable String from,
            @RequestParam(required = false) @Nullable String to,
            @RequestParam(defaultValue = "false") boolean again,
            @RequestParam String reason,
            HttpServletRequest request,
            Model model) {
        boolean matching = which.equals(MATCHING);
        if (!matching && (id == null || id.isEmpty())) {
            throw ProblemException.invalidField("letter");
        }
        // The filter's reason is a letter's, the form's own is why it is sent.
        DeadLetterQuery query = filled(new DeadLetterQuery(topic, filterReason, organizationId, from, to));
        ReplayRequest body = rules.checked(
                new ReplayRequest(matching ? null : id, matching ? query : null, null, false, again, reason));
        model.addAttribute("replay", letters.replay(operator, body));
        return Outcome.isHtmx(request) ? "fragments/replay :: done" : "operator-replay";
    }

    /** A field that was left empty asks for nothing. */
    private static DeadLetterQuery filled(DeadLetterQuery query) {
        return new DeadLetterQuery(
                FormRules.text(query.topic()),
                FormRules.text(query.reason()),
                FormRules.text(query.organizationId()),
                FormRules.text(query.from()),
                FormRules.text(query.to()));
    }
}
