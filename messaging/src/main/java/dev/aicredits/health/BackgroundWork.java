package dev.aicredits.health;

/** Work that a process does again and again, on threads of its own, until it is closed. */
public interface BackgroundWork {

    /** What it is called, as its thread is. */
    String workName();

    /**
     * Whether it goes on, or was ended on purpose. False once it ended by itself, as an {@code Error} makes it: only a new
     * process starts it again. A try that fails and is repeated goes on.
     */
    boolean goesOn();
}
