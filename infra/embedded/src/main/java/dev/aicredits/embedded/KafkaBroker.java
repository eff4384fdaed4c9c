package dev.aicredits.embedded;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicBoolean;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.tools.StorageTool;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;

/**
 * An Apache Kafka broker on loopback, in this JVM: one KRaft node that is broker and controller.
 *
 * <ul>
 *   <li>Durable: topics, records and group offsets are there at the next start, also after SIGKILL of this JVM.
 *   <li>Ports may change from start to start.
 *   <li>A broker that can't go on ends the JVM with one line on standard error.
 * </ul>
 */
public final class KafkaBroker implements AutoCloseable {
    private static final int FREE_PORT_ATTEMPTS = 3;

    private final DataFolder folder;
    private final KafkaRaftServer server;
    private final int port;
    private final AtomicBoolean closed = new AtomicBoolean();

    private KafkaBroker(DataFolder folder, KafkaRaftServer server, int port) {
        this.folder = folder;
        this.server = server;
        this.port = port;
    }

    /**
     * Starts a broker, formatting its log directory if the folder has none, and returns once it takes connections.
     *
     * @throws StartupFailure if a port or the folder is in use, the disk is full, or the broker refuses to start
     */
    public static KafkaBroker start(KafkaSettings settings) {
        DataFolder folder = DataFolder.open(settings.directory(), settings.freeBytesMin());
        try {
            return start(settings, folder);
        } catch (IOException e) {
            folder.close();
            throw StartupFailure.of(settings.directory(), e);
        } catch (RuntimeException e) {
            folder.close();
            throw e;
        }
    }

    private static KafkaBroker start(KafkaSettings settings, DataFolder folder) throws IOException {
        for (int attempt = 1; ; attempt++) {
            int port = port(settings.port(), settings.portOption());
            int controllerPort = port(settings.controllerPort(), "another controller port");
            Map<String, String> properties =
                    BrokerProperties.of(folder.resolve("log"), port, controllerPort, settings.properties());
            try {
                formatIfAbsent(folder, properties);
                KafkaRaftServer server = launch(properties);
                BrokerExit.started(folder.path());
                return new KafkaBroker(folder, server, port);
            } catch (RuntimeException e) {
                boolean lostPort = !Ports.isFree(port) || !Ports.isFree(controllerPort);
                boolean ports = settings.port() == 0 && settings.controllerPort() == 0;
                if (!lostPort || !ports || attempt == FREE_PORT_ATTEMPTS) {
                    throw failure(folder.path(), e);
                }
            }
        }
    }

    private static int port(int wanted, String portOption) {
        if (wanted == 0) {
            return Ports.free();
        }
        Ports.requireFree(wanted, portOption);
        return wanted;
    }

    /** Kafka writes meta.properties last and atomically, so a crash before it leads here again. */
    private static void formatIfAbsent(DataFolder folder, Map<String, String> properties) throws IOException {
        if (Files.exists(folder.resolve("log").resolve("meta.properties"))) {
            return;
        }
        Path file = folder.resolve("server.properties");
        write(properties, file);
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        int exitCode;
        try (PrintStream print = new PrintStream(output, true, StandardCharsets.UTF_8)) {
            exitCode = StorageTool.execute(
                    new String[] {
                        "format",
                        "--config",
                        file.toString(),
                        "--cluster-id",
                        Uuid.randomUuid().toString()
                    },
                    print);
        }
        if (exitCode != 0) {
            throw new StartupFailure("Kafka could not format " + folder.path() + ": "
                    + output.toString(StandardCharsets.UTF_8).strip());
        }
    }

    private static void write(Map<String, String> properties, Path file) throws IOException {
        Properties all = new Properties();
        all.putAll(properties);
        try (var writer = Files.newBufferedWriter(file)) {
            all.store(writer, "Written by KafkaBroker; edits are lost");
        }
    }

    private static KafkaRaftServer launch(Map<String, String> properties) {
        BrokerExit.starting();
        try {
            KafkaRaftServer server = new KafkaRaftServer(new KafkaConfig(properties, false), Time.SYSTEM);
            boolean started = false;
            try {
                server.startup();
                started = true;
            } finally {
                // Whatever it threw: Scala declares no checked exceptions.
                if (!started) {
                    server.shutdown();
                }
            }
            return server;
        } finally {
            BrokerExit.startEnded();
        }
    }

    private static StartupFailure failure(Path folder, RuntimeException failure) {
        if (failure instanceof StartupFailure startupFailure) {
            return startupFailure;
        }
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (StartupFailure.isDiskFull(String.valueOf(cause.getMessage()))) {
                return StartupFailure.diskFull(folder);
            }
        }
        return new StartupFailure("Kafka did not start in " + folder + ": " + failure.getMessage(), failure);
    }

    public int port() {
        return port;
    }

    /** What clients take as {@code bootstrap.servers}. */
    public String bootstrapServers() {
        return Ports.LOOPBACK + ":" + port;
    }

    /** Stops the broker and flushes its logs. Returns when it is down, usually within a second or two. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            try {
                server.shutdown();
                server.awaitShutdown();
            } finally {
                BrokerExit.stopped(folder.path());
                folder.close();
            }
        }
    }
}
