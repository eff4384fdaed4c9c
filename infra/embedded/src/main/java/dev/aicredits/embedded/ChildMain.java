package dev.aicredits.embedded;

import java.lang.reflect.InvocationTargetException;
import java.util.Arrays;

/** Runs the main class that {@link JvmProcess} starts, and ends it as soon as the JVM that started it is gone. */
final class ChildMain {
    private ChildMain() {}

    /** Arguments: the pid of the JVM that started it, the main class, and that one's arguments. */
    public static void main(String[] arguments) throws Throwable {
        endWith(Long.parseLong(arguments[0]));
        String[] rest = Arrays.copyOfRange(arguments, 2, arguments.length);
        try {
            Class.forName(arguments[1]).getMethod("main", String[].class).invoke(null, (Object) rest);
        } catch (InvocationTargetException e) {
            throw e.getCause() != null ? e.getCause() : e;
        }
    }

    private static void endWith(long parentPid) {
        Thread watch = new Thread(
                () -> {
                    ProcessHandle.of(parentPid)
                            .ifPresent(parent -> parent.onExit().join());
                    // halt: nothing must linger after a parent that was killed.
                    Runtime.getRuntime().halt(1);
                },
                "parent-watch");
        watch.setDaemon(true);
        watch.start();
    }
}
