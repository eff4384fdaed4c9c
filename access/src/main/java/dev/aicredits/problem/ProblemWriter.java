package dev.aicredits.problem;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.http.MediaType;
import tools.jackson.databind.json.JsonMapper;

/** Writes a problem from a filter, where no controller has been asked yet. */
public final class ProblemWriter {

    private final JsonMapper json;

    /** Takes the mapper that answers are written with: it knows how problem details look. */
    public ProblemWriter(JsonMapper json) {
        this.json = json;
    }

    public void write(HttpServletResponse response, ProblemAnswer answer) throws IOException {
        byte[] body = json.writeValueAsBytes(answer.body());
        response.setStatus(answer.problem().status().value());
        answer.headers().forEach((name, values) -> values.forEach(value -> response.setHeader(name, value)));
        response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }
}
