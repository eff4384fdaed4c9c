package dev.aicredits.testkit;

import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;
import org.testcontainers.containers.GenericContainer;

/** Containers that are killed and come back at the same address. */
final class Containers {
    private Containers() {}

    /** Publishes {@code port} at a fixed port of the host: a random one would change when the container starts again. */
    static void publish(GenericContainer<?> container, int port) {
        int hostPort = freePort();
        container.withCreateContainerCmdModifier(create -> {
            HostConfig hostConfig = create.getHostConfig();
            if (hostConfig == null) {
                hostConfig = HostConfig.newHostConfig();
                create.withHostConfig(hostConfig);
            }
            hostConfig.withPortBindings(new PortBinding(Ports.Binding.bindPort(hostPort), ExposedPort.tcp(port)));
        });
    }

    /** SIGKILL to the container's processes. */
    static void kill(GenericContainer<?> container) {
        container.getDockerClient().killContainerCmd(container.getContainerId()).exec();
    }

    /** Starts a killed container again, and returns when it is {@code ready}. */
    static void restart(GenericContainer<?> container, Duration max, Callable<Boolean> ready) {
        container
                .getDockerClient()
                .startContainerCmd(container.getContainerId())
                .exec();
        Awaitility.await().atMost(max).until(ready);
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
