package dev.aicredits.cli;

import java.time.Duration;

/**
 * How long we wait.
 *
 * @param connect for a connection
 * @param answer for a whole answer
 * @param report for the answer to a report, which the server gathers from elsewhere
 * @param pollFirst before a checkout session is looked at again; doubled each time
 * @param pollMax what that grows to
 */
record Limits(Duration connect, Duration answer, Duration report, Duration pollFirst, Duration pollMax) {

    static final Limits USUAL = new Limits(
            Duration.ofSeconds(5),
            Duration.ofSeconds(60),
            Duration.ofMinutes(30),
            Duration.ofMillis(500),
            Duration.ofSeconds(5));
}
