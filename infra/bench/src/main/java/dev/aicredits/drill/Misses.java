package dev.aicredits.drill;

import dev.aicredits.drill.Http.Answer;
import java.util.ArrayList;
import java.util.List;

/** The answers that were not what a client hopes for. */
final class Misses {

    private final List<String> surprises = new ArrayList<>();
    private int away;

    /**
     * No answer is what a service that is away gives, and 503 one whose database or broker is. Nothing else is expected.
     */
    synchronized void note(Answer answer) {
        if (answer.status() == 0 || answer.status() == 503) {
            away++;
        } else {
            surprises.add(answer.status() + " " + answer.body());
        }
    }

    /** How often nobody answered, or that the broker or the database was away. */
    synchronized int away() {
        return away;
    }

    /** Answers that no client should get. */
    synchronized List<String> surprises() {
        return List.copyOf(surprises);
    }
}
