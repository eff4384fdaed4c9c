package dev.aicredits.purchase;

import dev.aicredits.problem.Problem;
import java.util.Locale;
import org.springframework.http.HttpStatus;

/** What checkout-sync-worker says is wrong, said again. */
record RelayedProblem(HttpStatus status, String code, String message) implements Problem {

    @Override
    public String name() {
        return code.toUpperCase(Locale.ROOT);
    }
}
