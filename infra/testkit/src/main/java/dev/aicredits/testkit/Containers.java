package dev.aicredits.testkit;

import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.Ports.Binding;
import dev.aicredits.embedded.Ports;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;
import org.testcontainers.containers.GenericContainer;

/** Containers that are killed and come back at the same address. */
final class Containers {
    private Containers() {}

    /** Publishes {@code port} at a fixed port of the host: a random one would change when the container starts again. */
    static void publish(GenericContainer<?> container, int port) {
        int hostPort = Ports.free();
        container.withCreateContainerCmdModifier(create -> {
            HostConfig hostConfig = create.getHostConfig();
            if (hostConfig == null) {
                hostConfig = HostConfig.newHostConfig();
                create.withHostConfig(hostConfig);
            }
            hostConfig.withPortBindings(new PortBinding(Binding.bindPort(hostPort), ExposedPort.tcp(port)));
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
}
