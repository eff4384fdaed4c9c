package dev.aicredits.localstripe;

import java.util.concurrent.ThreadFactory;

/** Threads that keep no JVM running. */
final class DaemonThreads {
    private DaemonThreads() {}

    static ThreadFactory named(String name) {
        return task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        };
    }
}
