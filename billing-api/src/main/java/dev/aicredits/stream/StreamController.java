package dev.aicredits.stream;

import dev.aicredits.access.Access;
import dev.aicredits.access.Grant;
import dev.aicredits.access.Requires;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/** Pushes balance, stops and resumes to dashboards, and to platforms that have no Kafka. */
@RestController
class StreamController {

    private final Streams streams;

    StreamController(Streams streams) {
        this.streams = streams;
    }

    @Requires(Grant.BILLING_VIEW)
    @GetMapping(
            path = {"/api/v1/organizations/{organizationId}/ai-credits/stream", "/settings/{organizationId}/stream"},
            produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    SseEmitter stream(Access access) {
        return streams.open(access.organizationKey());
    }
}
