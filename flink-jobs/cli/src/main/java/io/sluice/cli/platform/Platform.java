package io.sluice.cli.platform;

import io.sluice.cli.storage.StateFolders;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Opens the systems that the commands talk to. */
public interface Platform {

  /**
   * A platform that starts its servers on other ports.
   *
   * @param ports each {@code name=number}, such as {@code kafka=29092}
   */
  default Platform withPorts(List<String> ports) {
    return this;
  }

  /**
   * A platform that starts its servers with the tables of a home in this storage.
   *
   * @param storage empty for the one that the home has, or the disk for a new home
   */
  default Platform withStorage(Optional<Storage> storage) {
    return this;
  }

  /** Where a home keeps the tables, and the state of its jobs. */
  enum Storage {
    disk,
    s3
  }

  /** The servers of a home. */
  Servers servers(Path home);

  /** The Flink cluster. */
  Cluster cluster(Endpoints endpoints);

  /** The Kafka broker. */
  Broker broker(Endpoints endpoints);

  /** The Kafka brokers at {@code host:port,...}. */
  Broker broker(String bootstrapServers);

  /** The views in Redis and PostgreSQL. */
  ServedViews views(Endpoints endpoints);

  /** The schema registry. */
  Schemas schemas(Endpoints endpoints);

  /**
   * A producer for one topic.
   *
   * @param maxMessageBytes what the topic takes
   */
  MessageSink messages(Endpoints endpoints, String topic, int maxMessageBytes);

  /** Where the state of a home's jobs is. */
  StateFolders state(Path home);

  /**
   * The tables of a lake.
   *
   * @param lake its root: an absolute path or {@code s3://bucket/key}
   */
  Tables tables(String lake);

  /**
   * The upkeep of the tables of a lake.
   *
   * @param lake its root: an absolute path or {@code s3://bucket/key}
   */
  TableMaintenance maintenance(String lake);
}
