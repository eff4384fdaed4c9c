package dev.aicredits.embedded;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How a {@link KafkaBroker} is to run.
 *
 * @param directory the folder that holds the broker's logs and its configuration; created if absent
 * @param port the port that clients use on loopback; 0 takes a free one
 * @param controllerPort the port of the controller on loopback; 0 takes a free one
 * @param properties broker properties that go before ours, by name
 * @param portOption what the caller calls the port's option, for the sentence that a busy port is answered with
 * @param freeBytesMin bytes that must be free on the folder's disk
 */
public record KafkaSettings(
        Path directory,
        int port,
        int controllerPort,
        Map<String, String> properties,
        String portOption,
        long freeBytesMin) {
    /** Bytes that must be free unless told otherwise: 512 MB. */
    public static final long FREE_BYTES_MIN = 512L << 20;

    public KafkaSettings {
        properties = Map.copyOf(properties);
    }

    /** A broker in {@code directory} on free ports, with the properties of this module. */
    public static KafkaSettings in(Path directory) {
        return new KafkaSettings(directory, 0, 0, Map.of(), "another port setting", FREE_BYTES_MIN);
    }

    public KafkaSettings withPort(int port) {
        return new KafkaSettings(directory, port, controllerPort, properties, portOption, freeBytesMin);
    }

    public KafkaSettings withControllerPort(int port) {
        return new KafkaSettings(directory, this.port, port, properties, portOption, freeBytesMin);
    }

    /** {@code option} is named when the port is in use, such as {@code --kafka-port}. */
    public KafkaSettings withPortOption(String option) {
        return new KafkaSettings(directory, port, controllerPort, properties, option, freeBytesMin);
    }

    public KafkaSettings withProperty(String name, String value) {
        Map<String, String> all = new LinkedHashMap<>(properties);
        all.put(name, value);
        return new KafkaSettings(directory, port, controllerPort, all, portOption, freeBytesMin);
    }

    public KafkaSettings withFreeBytesMin(long bytes) {
        return new KafkaSettings(directory, port, controllerPort, properties, portOption, bytes);
    }
}
