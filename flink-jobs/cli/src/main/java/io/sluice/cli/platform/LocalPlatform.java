package io.sluice.cli.platform;

import io.sluice.cli.produce.KafkaMessageSink;
import io.sluice.cli.produce.MessageSink;
import java.nio.file.Path;

/** The real systems: server processes of this machine and files of this disk. */
public final class LocalPlatform implements Platform {

  @Override
  public Servers servers(Path home) {
    throw new UnsupportedOperationException("The sandbox is not there yet.");
  }

  @Override
  public Cluster cluster(Endpoints endpoints) {
    throw new UnsupportedOperationException("The sandbox is not there yet.");
  }

  @Override
  public Broker broker(Endpoints endpoints) {
    return new KafkaBroker(endpoints.kafka());
  }

  @Override
  public Schemas schemas(Endpoints endpoints) {
    return new RegistrySchemas(endpoints.registry());
  }

  @Override
  public MessageSink messages(Endpoints endpoints, String topic) {
    return new KafkaMessageSink(endpoints.kafka(), topic);
  }

  @Override
  public Tables tables(Path lake) {
    return new DeltaLake(lake);
  }
}
