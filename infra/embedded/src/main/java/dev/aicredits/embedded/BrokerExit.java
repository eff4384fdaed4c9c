package dev.aicredits.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.common.utils.Exit;
import org.jspecify.annotations.Nullable;

/**
 * What happens when Kafka decides that its process must end, as it does when its log directory fails.
 *
 * <p>While a broker starts it is an exception in the thread that starts it. Later it is one line on standard error and an
 * orderly end of this JVM, so that the database beside the broker is stopped too.
 */
final class BrokerExit {
    private static final Duration SHUTDOWN_MAX = Duration.ofSeconds(20);

    private static final Set<Thread> STARTING = ConcurrentHashMap.newKeySet();
    private static final Set<Path> RUNNING = ConcurrentHashMap.newKeySet();
    private static final AtomicBoolean SAID = new AtomicBoolean();

    static {
        Exit.setExitProcedure(BrokerExit::end);
        Exit.setHaltProcedure(BrokerExit::end);
    }

    private BrokerExit() {}

    /** Kafka asked for the end of the process while it was starting; it logged the reason. */
    static final class DuringStart extends RuntimeException {
        private static final long serialVersionUID = 1L;

        DuringStart() {
            super("Kafka gave up while it was starting");
        }
    }

    static void starting() {
        STARTING.add(Thread.currentThread());
    }

    static void started(Path folder) {
        RUNNING.add(folder);
    }

    static void startEnded() {
        STARTING.remove(Thread.currentThread());
    }

    static void stopped(Path folder) {
        RUNNING.remove(folder);
    }

    private static void end(int status, @Nullable String message) {
        if (STARTING.contains(Thread.currentThread())) {
            throw new DuringStart();
        }
        // One failure ends several of the broker's threads, each of which comes here.
        if (SAID.compareAndSet(false, true)) {
            System.err.println(sentence(message));
            System.err.flush();
        }
        // Not this thread: shutdown hooks stop the broker, which waits for its threads.
        Thread exit = new Thread(() -> Runtime.getRuntime().exit(status), "broker-exit");
        exit.setDaemon(true);
        exit.start();
        try {
            exit.join(SHUTDOWN_MAX.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(status);
    }

    private static String sentence(@Nullable String message) {
        StringBuilder sentence = new StringBuilder("The Kafka broker failed and ends this process");
        if (message != null) {
            sentence.append(": ").append(message);
        }
        for (Path folder : RUNNING) {
            sentence.append("; ")
                    .append(folder)
                    .append(" has ")
                    .append(freeMegabytes(folder))
                    .append(" MB free");
        }
        return sentence.append(". What was acknowledged is kept: mend the cause and start again.")
                .toString();
    }

    private static String freeMegabytes(Path folder) {
        try {
            return Long.toString(Files.getFileStore(folder).getUsableSpace() >> 20);
        } catch (IOException e) {
            return "an unknown number of";
        }
    }
}
