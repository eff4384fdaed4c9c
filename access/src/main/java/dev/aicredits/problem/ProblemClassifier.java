package dev.aicredits.problem;

import jakarta.servlet.ServletException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.apache.tomcat.util.http.InvalidParameterException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.InvalidDataAccessApiUsageException;
import org.springframework.dao.InvalidDataAccessResourceUsageException;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.transaction.TransactionException;
import org.springframework.web.ErrorResponse;
import org.springframework.web.bind.MethodArgumentNotValidException;
import org.springframework.web.bind.ServletRequestBindingException;
import org.springframework.web.method.annotation.HandlerMethodValidationException;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DatabindException;

/** Says which problem an exception is. What is not expected is logged, and answered without a word about it. */
public final class ProblemClassifier {

    private static final Logger log = LoggerFactory.getLogger(ProblemClassifier.class);

    private ProblemClassifier() {}

    /** The answer to a request that ended in {@code e}. */
    public static ProblemAnswer classify(Throwable e) {
        ProblemException expected = find(e, ProblemException.class);
        if (expected != null) {
            return ProblemAnswer.of(expected.problem(), expected.details());
        }
        if (e instanceof HttpMessageNotReadableException) {
            return unreadable(e);
        }
        if (e instanceof MethodArgumentNotValidException invalid) {
            String field = invalid.getBindingResult().getFieldErrors().stream()
                    .map(error -> error.getField())
                    .sorted()
                    .findFirst()
                    .orElse("");
            return field(field);
        }
        if (e instanceof MethodArgumentTypeMismatchException mismatch) {
            return parameter(mismatch.getName());
        }
        if (e instanceof HandlerMethodValidationException
                || e instanceof ServletRequestBindingException
                || e instanceof InvalidParameterException) {
            return ProblemAnswer.of(CommonProblem.INVALID_PARAMETER);
        }
        if (e instanceof DataAccessException || e instanceof TransactionException) {
            return database(e);
        }
        if (e instanceof ErrorResponse response) {
            ProblemAnswer answer = ProblemAnswer.of(ofStatus(response.getStatusCode()));
            answer.headers().putAll(response.getHeaders());
            return answer;
        }
        if (e instanceof ServletException && e.getCause() != null) {
            return classify(e.getCause());
        }
        log.atError().setCause(e).log("a request failed");
        return ProblemAnswer.of(CommonProblem.INTERNAL_ERROR);
    }

    /** The problem that stands for a status of the container's or the framework's own. */
    static Problem ofStatus(HttpStatusCode status) {
        return switch (status.value()) {
            case 401 -> CommonProblem.UNAUTHENTICATED;
            case 403 -> CommonProblem.FORBIDDEN;
            case 404 -> CommonProblem.NOT_FOUND;
            case 405 -> CommonProblem.METHOD_NOT_ALLOWED;
            case 406 -> CommonProblem.NOT_ACCEPTABLE;
            case 413 -> CommonProblem.BODY_TOO_LARGE;
            case 415 -> CommonProblem.UNSUPPORTED_MEDIA_TYPE;
            case 429 -> CommonProblem.RATE_LIMITED;
            case 503 -> CommonProblem.TEMPORARILY_UNAVAILABLE;
            default -> status.is4xxClientError() ? CommonProblem.MALFORMED_REQUEST : CommonProblem.INTERNAL_ERROR;
        };
    }

    private static ProblemAnswer unreadable(Throwable e) {
        DatabindException databind = find(e, DatabindException.class);
        if (databind == null) {
            return ProblemAnswer.of(CommonProblem.MALFORMED_BODY);
        }
        String path = databind.getPath().stream()
                .map(JacksonException.Reference::getPropertyName)
                .filter(Objects::nonNull)
                .collect(Collectors.joining("."));
        // A name that the client made up is not given back.
        boolean unknown = databind instanceof tools.jackson.databind.exc.UnrecognizedPropertyException;
        return path.isEmpty() || unknown
                ? ProblemAnswer.of(unknown ? CommonProblem.INVALID_FIELD : CommonProblem.MALFORMED_BODY)
                : field(path);
    }

    /** Ours are a defect; the rest is a database that is away, overloaded or in the middle of a failover. */
    private static ProblemAnswer database(Throwable e) {
        boolean defect = List.of(
                        DataIntegrityViolationException.class,
                        InvalidDataAccessApiUsageException.class,
                        InvalidDataAccessResourceUsageException.class)
                .stream()
                .anyMatch(type -> type.isInstance(e));
        if (defect) {
            log.atError().setCause(e).log("a statement failed");
            return ProblemAnswer.of(CommonProblem.INTERNAL_ERROR);
        }
        log.atWarn()
                .addKeyValue(
                        "cause",
                        NestedExceptionUtils.getMostSpecificCause(e).getClass().getSimpleName())
                .log("a request could not be served: the database did not answer");
        return ProblemAnswer.of(CommonProblem.TEMPORARILY_UNAVAILABLE);
    }

    private static ProblemAnswer field(String name) {
        return ProblemAnswer.of(CommonProblem.INVALID_FIELD, name.isEmpty() ? Map.of() : Map.of("field", name));
    }

    private static ProblemAnswer parameter(String name) {
        return ProblemAnswer.of(CommonProblem.INVALID_PARAMETER, Map.of("parameter", name));
    }

    private static <T extends Throwable> @Nullable T find(Throwable e, Class<T> type) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return type.cast(cause);
            }
        }
        return null;
    }
}
