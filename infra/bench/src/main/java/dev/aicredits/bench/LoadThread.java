package dev.aicredits.bench;

import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** A load in a thread of its own, until it is closed. */
public final class LoadThread implements AutoCloseable {

    private final Thread thread;
    private volatile boolean goesOn = true;

    private LoadThread(String name, Consumer<BooleanSupplier> load) {
        thread = new Thread(() -> load.accept(() -> goesOn), name);
    }

    /**
     * Starts it.
     *
     * @param load returns soon after what it is given answers false
     */
    public static LoadThread start(String name, Consumer<BooleanSupplier> load) {
        LoadThread started = new LoadThread(name, load);
        started.thread.start();
        return started;
    }

    /** Returns when it has ended. */
    @Override
    public void close() {
        goesOn = false;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
