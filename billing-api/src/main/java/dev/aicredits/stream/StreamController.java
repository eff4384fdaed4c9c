package dev.aicredits.stream;

import dev.aicredits.access.Access;
import dev.aicredits.access.Grant;
import dev.aicredits.access.Requires;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

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
    @ApiResponse(
            responseCode = "200",
            description = "OK",
            content = @Content(mediaType = MediaType.TEXT_EVENT_STREAM_VALUE, schema = @Schema(type = "string")))
    void stream(Access access, HttpServletRequest request, HttpServletResponse response) throws IOException {
        streams.open(access.organizationKey(), request);
        // What is refused has a type of its own. Nothing is sent before this has returned.
        response.setContentType(MediaType.TEXT_EVENT_STREAM_VALUE);
    }
}
