package dev.aicredits.enforcer;

import dev.aicredits.testkit.RunningApplication;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.Map;

/** The enforcer's application, whole, in this JVM, with a clock of the test's. */
record RunningEnforcer(RunningApplication application) implements AutoCloseable {

    static RunningEnforcer start(Map<String, String> settings, Clock clock) {
        return new RunningEnforcer(
                RunningApplication.startAt(clock, BudgetEnforcerApplication.class, "budget-enforcer", settings));
    }

    /** The sum of the counters of that name. */
    long count(String name) {
        return (long) application.bean(MeterRegistry.class).find(name).counters().stream()
                .mapToDouble(Counter::count)
                .sum();
    }

    /** How many times the timer of that name has stopped. */
    long timed(String name) {
        return application.bean(MeterRegistry.class).get(name).timer().count();
    }

    /** As the process does at SIGTERM. */
    @Override
    public void close() {
        application.close();
    }
}
