package dev.aicredits.enforcer;

import dev.aicredits.embedded.JvmProcess;
import java.util.List;
import java.util.Map;

/** The enforcer in a JVM of its own. */
final class EnforcerProcess implements AutoCloseable {

    private static final String LAUNCHED = "launched";

    private final JvmProcess process;

    private EnforcerProcess(JvmProcess process) {
        this.process = process;
    }

    /** Launches it as it ships and returns at once: that it runs shows in what it signals. */
    static EnforcerProcess launch(Map<String, String> settings) {
        List<String> arguments = settings.entrySet().stream()
                .map(setting -> "--" + setting.getKey() + "=" + setting.getValue())
                .toList();
        return new EnforcerProcess(
                JvmProcess.start(Shipped.class, JvmProcess.SHORT_LIVED, arguments, LAUNCHED::equals));
    }

    /** The application that ships, announced before it starts. */
    public static final class Shipped {
        private Shipped() {}

        public static void main(String[] arguments) {
            System.out.println(LAUNCHED);
            BudgetEnforcerApplication.main(arguments);
        }
    }

    /** SIGKILL; returns when it is gone. */
    void kill() {
        process.kill();
    }

    @Override
    public void close() {
        process.kill();
    }
}
