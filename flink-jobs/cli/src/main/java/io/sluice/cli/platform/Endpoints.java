package io.sluice.cli.platform;

import java.nio.file.Path;

/**
 * Where the servers of a home answer.
 *
 * @param kafka host:port
 * @param registry the schema registry's Confluent-compatible base address
 * @param redis such as {@code redis://127.0.0.1:6379}
 * @param jdbc the database's JDBC address, with user
 * @param flink the web UI and REST API
 * @param lake the folder of all tables
 */
public record Endpoints(
    String kafka, String registry, String redis, String jdbc, String flink, Path lake) {}
