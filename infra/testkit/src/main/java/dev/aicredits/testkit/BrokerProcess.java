package dev.aicredits.testkit;

import dev.aicredits.embedded.JvmProcess;
import dev.aicredits.embedded.KafkaBrokerMain;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A broker in a JVM of its own, so that it can be killed. */
final class BrokerProcess implements DisposableBroker {
    private final Path folder;
    private final Map<String, String> properties;
    private final String bootstrapServers;
    private JvmProcess process;

    BrokerProcess(Path folder, Map<String, String> properties) {
        this.folder = folder;
        this.properties = Map.copyOf(properties);
        this.process = launch("0");
        this.bootstrapServers = process.readyLine().substring(KafkaBrokerMain.READY.length());
        TestFolders.closeAtExit(this);
    }

    private JvmProcess launch(String port) {
        List<String> arguments = new ArrayList<>(List.of(folder.toString(), port));
        properties.forEach((name, value) -> arguments.add(name + "=" + value));
        // A broker for tests is small, and its start is most of its life. Of an option given twice the JVM takes the
        // later.
        List<String> options = new ArrayList<>(JvmProcess.SHORT_LIVED);
        options.add("-Xmx512m");
        return JvmProcess.start(
                KafkaBrokerMain.class, options, arguments, line -> line.startsWith(KafkaBrokerMain.READY));
    }

    @Override
    public String bootstrapServers() {
        return bootstrapServers;
    }

    @Override
    public synchronized void kill() {
        process.kill();
    }

    @Override
    public synchronized void start() {
        process = launch(bootstrapServers.substring(bootstrapServers.indexOf(':') + 1));
    }

    @Override
    public synchronized void close() {
        process.close();
    }
}
