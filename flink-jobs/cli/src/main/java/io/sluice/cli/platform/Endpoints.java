package io.sluice.cli.platform;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Where the servers of a home answer.
 *
 * @param kafka host:port
 * @param registry the schema registry's Confluent-compatible base address
 * @param redis such as {@code redis://127.0.0.1:6379}, with user and password if there are some
 * @param jdbc the database's JDBC address, with user and password if there are some
 * @param flink the web UI and REST API
 * @param lake root of all tables: an absolute path or {@code s3://bucket/key}
 * @param objects the object store, if the home has one
 * @param secrets the folder that holds the passwords of the servers and the key of Flink
 */
public record Endpoints(
    String kafka,
    String registry,
    String redis,
    String jdbc,
    String flink,
    String lake,
    Optional<String> objects,
    Path secrets) {

  /** What the servers' environment calls these addresses; null for any other variable. */
  public String variable(String name) {
    return switch (name) {
      case "SLUICE_KAFKA" -> kafka;
      case "SLUICE_REGISTRY" -> registry;
      case "SLUICE_REDIS" -> redis;
      case "SLUICE_JDBC" -> jdbc;
      case "SLUICE_LAKE" -> lake;
      default -> null;
    };
  }

  /** The configuration with which Prometheus gets the metrics of Flink's processes. */
  public Path metrics() {
    return secrets.resolveSibling("prometheus.yml");
  }

  /** A copy in which views are served by another Redis and another database. */
  public Endpoints withViews(String otherRedis, String otherJdbc) {
    return new Endpoints(kafka, registry, otherRedis, otherJdbc, flink, lake, objects, secrets);
  }

  /** Without the passwords: what is printed by accident ends in a log. */
  @Override
  public String toString() {
    return "Endpoints[kafka=%s, registry=%s, flink=%s, lake=%s]"
        .formatted(kafka, registry, flink, lake);
  }
}
