package io.sluice.cli.platform;

import java.nio.file.Path;
import java.util.List;

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

  /** The servers of a home. */
  Servers servers(Path home);

  /** The Flink cluster. */
  Cluster cluster(Endpoints endpoints);

  /** The Kafka broker. */
  Broker broker(Endpoints endpoints);

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

  /** The tables below a lake's root. */
  Tables tables(Path lake);

  /** The upkeep of the tables below a lake's root. */
  TableMaintenance maintenance(Path lake);
}
