package dev.aicredits.testkit;

import java.util.Map;

/** Broker and database from Docker images, of the versions that we develop against. */
final class ContainerSource implements InfraSource {
    @Override
    public DisposablePostgres startPostgres() {
        return new ContainerPostgres();
    }

    @Override
    public DisposableBroker startBroker(Map<String, String> properties) {
        return new ContainerBroker(properties);
    }

    @Override
    public TestBroker startSharedBroker() {
        return startBroker(Map.of());
    }
}
