package dev.aicredits.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class JvmProcessTest {
    @Test
    void aFrozenProcessGoesOnAndStopsWhenAsked() {
        JvmProcess process = start(Waits.class);
        process.suspend();
        await().until(() -> state(process).equals("T"));
        process.resume();
        await().until(() -> !state(process).equals("T"));
        process.suspend();
        process.close();
        assertThat(process.isAlive()).isFalse();
    }

    @Test
    void aChildEndsWithTheJvmThatStartedIt() {
        JvmProcess parent = start(Parent.class);
        long child = Long.parseLong(parent.readyLine().substring("ready ".length()));
        assertThat(ProcessHandle.of(child)).isPresent();
        parent.kill();
        // Where nobody reaps it, it stays as a zombie, which has no command.
        await().until(() -> ProcessHandle.of(child)
                .flatMap(handle -> handle.info().command())
                .isEmpty());
    }

    @Test
    void aProcessThatEndsBeforeItIsReadyFailsWithWhatItPrinted() {
        assertThatThrownBy(() -> start(Ends.class)).hasStackTraceContaining("it ended after it printed: not today");
    }

    private static JvmProcess start(Class<?> main) {
        return JvmProcess.start(main, List.of("-Xmx64m"), List.of(), line -> line.startsWith("ready"));
    }

    /** The state letter in /proc/pid/stat, after the command in parentheses. */
    private static String state(JvmProcess process) throws Exception {
        String stat = Files.readString(Path.of("/proc", Long.toString(process.pid()), "stat"));
        return stat.substring(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3);
    }

    /** Is ready, and waits. */
    public static final class Waits {
        private Waits() {}

        public static void main(String[] arguments) throws Exception {
            System.out.println("ready");
            Thread.currentThread().join();
        }
    }

    /** Starts a process of its own, and waits. */
    public static final class Parent {
        private Parent() {}

        public static void main(String[] arguments) throws Exception {
            JvmProcess child = start(Waits.class);
            System.out.println("ready " + child.pid());
            Thread.currentThread().join();
        }
    }

    /** Never gets ready. */
    public static final class Ends {
        private Ends() {}

        public static void main(String[] arguments) {
            System.out.println("not today");
        }
    }
}
