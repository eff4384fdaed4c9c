package dev.aicredits.embedded;

import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/**
 * A {@link KafkaBroker} as a process of its own, so that it can be killed without killing who started it.
 *
 * <p>Arguments: the data folder, the port, and any number of broker properties as {@code name=value}. Prints
 * {@link #READY} and the bootstrap servers once it takes connections, and runs until SIGTERM.
 */
public final class KafkaBrokerMain {
    /** Begins the line that says where the broker can be reached. */
    public static final String READY = "Ready: ";

    private KafkaBrokerMain() {}

    public static void main(String[] arguments) throws InterruptedException {
        if (arguments.length < 2) {
            System.err.println("usage: KafkaBrokerMain <data folder> <port> [name=value ...]");
            System.exit(2);
        }
        // Without any configuration logback prints every debug message of Kafka. Before the first logger is made.
        if (System.getProperty("logback.configurationFile") == null) {
            System.setProperty("logback.configurationFile", "dev/aicredits/embedded/logback-process.xml");
        }
        KafkaSettings settings = KafkaSettings.in(Path.of(arguments[0])).withPort(Integer.parseInt(arguments[1]));
        for (int i = 2; i < arguments.length; i++) {
            int equals = arguments[i].indexOf('=');
            settings = settings.withProperty(arguments[i].substring(0, equals), arguments[i].substring(equals + 1));
        }
        try {
            KafkaBroker broker = KafkaBroker.start(settings);
            Runtime.getRuntime().addShutdownHook(new Thread(broker::close, "broker-close"));
            System.out.println(READY + broker.bootstrapServers());
        } catch (StartupFailure e) {
            System.err.println(e.getMessage());
            System.exit(1);
        }
        new CountDownLatch(1).await();
    }
}
