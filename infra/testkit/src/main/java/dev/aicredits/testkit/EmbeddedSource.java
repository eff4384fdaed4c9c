package dev.aicredits.testkit;

import dev.aicredits.embedded.KafkaBroker;
import dev.aicredits.embedded.KafkaSettings;
import java.util.Map;

/** Broker and database from {@code infra/embedded}, in folders that go away with this JVM. */
final class EmbeddedSource implements InfraSource {
    @Override
    public DisposablePostgres startPostgres() {
        return new EmbeddedPostgres(TestFolders.create("postgres"));
    }

    @Override
    public DisposableBroker startBroker(Map<String, String> properties) {
        return new BrokerProcess(TestFolders.create("kafka"), properties);
    }

    @Override
    public TestBroker startSharedBroker() {
        KafkaBroker broker = KafkaBroker.start(KafkaSettings.in(TestFolders.create("kafka")));
        TestFolders.closeAtExit(broker);
        return broker::bootstrapServers;
    }
}
