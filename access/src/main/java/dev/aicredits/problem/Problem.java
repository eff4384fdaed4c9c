package dev.aicredits.problem;

import java.util.Locale;
import org.springframework.http.HttpStatus;

/** An error that clients can tell apart. Each feature has an enum of its own; {@link CommonProblem} is every route's. */
public interface Problem {

    /** The status that it is answered with. */
    HttpStatus status();

    /** A sentence for people. It says nothing of what was sent. */
    String message();

    /** The enum constant's name. */
    String name();

    /** The name in lower case: stable, for programs. */
    default String code() {
        return name().toLowerCase(Locale.ROOT);
    }
}
