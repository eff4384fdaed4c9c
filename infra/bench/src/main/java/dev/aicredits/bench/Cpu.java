package dev.aicredits.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** CPU time of processes, from Linux's /proc (proc(5): utime, stime, and those of children that were waited for). */
public final class Cpu {

    private static final double TICKS_PER_SECOND = 100;
    private static final int UTIME = 11;

    private Cpu() {}

    /** Seconds of CPU that the process, its live descendants and its ended children have used. */
    static double seconds(long pid) {
        double seconds = ofOne(pid);
        try (Stream<ProcessHandle> children =
                ProcessHandle.of(pid).map(ProcessHandle::descendants).orElseGet(Stream::empty)) {
            return seconds + children.mapToDouble(child -> ofOne(child.pid())).sum();
        }
    }

    /** The process's resident memory. */
    public static long residentKilobytes(long pid) throws IOException {
        return Files.readAllLines(Path.of("/proc", Long.toString(pid), "status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElse(0);
    }

    private static double ofOne(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            long ticks = 0;
            for (int i = UTIME; i < UTIME + 4; i++) {
                ticks += Long.parseLong(fields[i]);
            }
            return ticks / TICKS_PER_SECOND;
        } catch (IOException e) {
            return 0; // It has ended; its parent's figure has it.
        }
    }
}
