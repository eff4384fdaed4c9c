package dev.aicredits.problem;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;

/** Answers what the container refuses by itself, such as a path that it can't decode: no application is asked then. */
public final class ContainerProblems extends ErrorReportValve {

    @Override
    protected void report(Request request, Response response, @Nullable Throwable failure) {
        int status = response.getStatus();
        // Whoever wrote an answer has said what there is to say.
        if (status < HttpStatus.BAD_REQUEST.value()
                || response.getContentWritten() > 0
                || !response.setErrorReported()) {
            return;
        }
        Problem problem = ProblemClassifier.ofStatus(HttpStatusCode.valueOf(status));
        // All of it is ours: nothing in it needs escaping.
        byte[] body = """
                {"title":"%s","status":%d,"detail":"%s","code":"%s","message":"%s"}""".formatted(
                        problem.status().getReasonPhrase(),
                        status,
                        problem.message(),
                        problem.code(),
                        problem.message())
                .getBytes(StandardCharsets.UTF_8);
        try {
            response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
            response.setContentLength(body.length);
            response.getOutputStream().write(body);
        } catch (IOException | IllegalStateException e) {
            // Nobody is there to be answered, or half an answer is on its way.
        }
    }
}
