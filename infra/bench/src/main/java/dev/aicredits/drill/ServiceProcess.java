package dev.aicredits.drill;

import dev.aicredits.bench.Cpu;
import dev.aicredits.embedded.JvmProcess;
import dev.aicredits.embedded.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** An instance of a service: a process with a port of its own that is started, ended and started again on the same port. */
final class ServiceProcess implements AutoCloseable {

    private static final long STOP_MILLIS_MAX = 20_000;

    private final Service service;
    private final String name;
    private final int port;
    private final List<String> jvmOptions;
    private final List<String> arguments;
    private final Path log;
    private JvmProcess process;

    private ServiceProcess(
            Service service, String name, int port, List<String> jvmOptions, List<String> arguments, Path log) {
        this.service = service;
        this.name = name;
        this.port = port;
        this.jvmOptions = jvmOptions;
        this.arguments = arguments;
        this.log = log;
        this.process = launch();
    }

    /**
     * Starts one and returns when it serves.
     *
     * @param name of the instance; its log is called so
     * @param settings as arguments
     */
    static ServiceProcess start(
            Service service, String name, int port, List<String> jvmOptions, List<String> settings, Path folder) {
        List<String> arguments = new ArrayList<>(settings);
        arguments.add("--server.port=" + port);
        arguments.add("--server.address=" + Ports.LOOPBACK);
        arguments.add("--spring.main.banner-mode=off");
        return new ServiceProcess(service, name, port, jvmOptions, arguments, folder.resolve(name + ".log"));
    }

    private JvmProcess launch() {
        return JvmProcess.start(service.application(), jvmOptions, arguments, ServiceProcess::isStarted, log);
    }

    private static boolean isStarted(String line) {
        return line.contains("Started ") && line.contains(" seconds");
    }

    /** SIGTERM. Answers whether it ended by itself, as it should, and not because patience did. */
    boolean stop() {
        long start = System.nanoTime();
        process.close();
        return (System.nanoTime() - start) / 1_000_000 < STOP_MILLIS_MAX;
    }

    /** SIGKILL. */
    void kill() {
        process.kill();
    }

    /** Starts it again after its end; returns when it serves. */
    void startAgain() {
        process = launch();
    }

    Service service() {
        return service;
    }

    String name() {
        return name;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    String url() {
        return "http://" + Ports.LOOPBACK + ":" + port;
    }

    long residentMegabytes() {
        try {
            return Cpu.residentKilobytes(process.pid()) >> 10;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How many lines of its log, of all its lives, are such. */
    long logged(Predicate<String> line) {
        try (Stream<String> lines = Files.lines(log)) {
            return lines.filter(line).count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The first line of its log that is such, or nothing. */
    String firstLogged(Predicate<String> line) {
        try (Stream<String> lines = Files.lines(log)) {
            return lines.filter(line).findFirst().orElse("");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.kill();
    }
}
