package dev.aicredits.intake;

import dev.aicredits.access.Access;
import dev.aicredits.access.Grant;
import dev.aicredits.access.Requires;
import dev.aicredits.problem.ProblemException;
import io.swagger.v3.oas.annotations.media.ArraySchema;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Map;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** Takes usage events from platforms that have no Kafka. */
@RestController
class UsageEventController {

    /** One CloudEvent in JSON. */
    static final String EVENT = "application/cloudevents+json";

    /** A list of them. */
    private static final String BATCH = "application/cloudevents-batch+json";

    /** Of the OpenAPI document, which leaves the fields to the AsyncAPI document of the topic. */
    private static final String SCHEMA = "#/components/schemas/UsageEvent";

    /** What became of the events, in their order. */
    record EventAnswers(int accepted, int refused, List<EventAnswer> data) {
        static EventAnswers of(List<EventAnswer> answers) {
            int accepted =
                    (int) answers.stream().filter(EventAnswer::isAccepted).count();
            return new EventAnswers(accepted, answers.size() - accepted, answers);
        }
    }

    private final UsageEvents events;
    private final int eventsMax;

    UsageEventController(UsageEvents events, IntakeSettings settings) {
        this.events = events;
        this.eventsMax = settings.eventsMax();
    }

    @Requires(Grant.AGENTS_MANAGE)
    @PostMapping(
            path = "/api/v1/organizations/{organizationId}/usage-events",
            consumes = {BATCH, EVENT, MediaType.APPLICATION_JSON_VALUE})
    @io.swagger.v3.oas.annotations.parameters.RequestBody(
            required = true,
            content = {
                @Content(mediaType = BATCH, array = @ArraySchema(minItems = 1, schema = @Schema(ref = SCHEMA))),
                @Content(mediaType = EVENT, schema = @Schema(ref = SCHEMA)),
                @Content(
                        mediaType = MediaType.APPLICATION_JSON_VALUE,
                        array = @ArraySchema(minItems = 1, schema = @Schema(ref = SCHEMA)))
            })
    @ApiResponse(responseCode = "202", description = "All are accepted", useReturnTypeSchema = true)
    @ApiResponse(responseCode = "207", description = "Some are accepted", useReturnTypeSchema = true)
    ResponseEntity<EventAnswers> take(Access access, HttpServletRequest request, @RequestBody byte[] body) {
        // There is one, and it is one of the three: else no request comes here.
        boolean one = MediaType.valueOf(request.getContentType()).isCompatibleWith(MediaType.valueOf(EVENT));
        return answer(events.accept(access.organizationId(), one ? List.of(body) : EventBatch.split(body, eventsMax)));
    }

    private static ResponseEntity<EventAnswers> answer(List<EventAnswer> answers) {
        EventAnswers answer = EventAnswers.of(answers);
        if (answer.accepted() == 0) {
            throw new ProblemException(
                    IntakeProblem.NO_EVENT_ACCEPTED,
                    Map.of("accepted", 0, "refused", answer.refused(), "data", answer.data()));
        }
        return ResponseEntity.status(answer.refused() == 0 ? HttpStatus.ACCEPTED : HttpStatus.MULTI_STATUS)
                .body(answer);
    }
}
