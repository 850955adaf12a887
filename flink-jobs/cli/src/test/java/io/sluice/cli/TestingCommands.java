package io.sluice.cli;

import io.sluice.cli.text.CliContext;
import io.sluice.cli.text.Installation;
import io.sluice.definition.yaml.Variables;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Commands over systems in memory and a pipeline that the repository does not ship. */
public final class TestingCommands {
  static final String SCHEMA =
      """
      {"type": "record", "name": "trips", "namespace": "x", "fields": [
        {"name": "id", "type": ["null", "string"]},
        {"name": "at", "type": {"type": "long", "logicalType": "timestamp-millis"}},
        {"name": "fare", "type": "double"}]}
      """;
  static final String CONTRACT =
      """
      apiVersion: v3.1.0
      kind: DataContract
      id: city.trips
      name: trips
      version: 1.0.0
      status: active
      schema:
        - name: trips
          logicalType: object
          properties:
            - {name: id, logicalType: string, required: true, primaryKey: true, primaryKeyPosition: 1}
      """;
  static final String PIPELINE =
      """
      apiVersion: sluice/v1
      kind: Pipeline
      name: city
      sources:
        trips:
          topic: city.trips.v1
          format: confluent-avro
          eventTime: {field: at, maxOutOfOrderness: 5s, idleness: 30s}
      bronze: {partitionBy: ingestion_date}
      silver:
        trips:
          write: {mode: append}
      connections:
        kafka: {bootstrapServers: "${SLUICE_KAFKA}"}
        registry: {url: "${SLUICE_REGISTRY}"}
        lake: {root: "${SLUICE_LAKE}"}
      """;

  /** Nobody watches, and the environment names no state folder. */
  public static CliContext context(Path root) {
    return new CliContext(Installation.ofSources(root), false, Optional.empty(), Variables.own());
  }

  private final Path folder;
  private final Path definitions;
  private final TestingPlatform platform = new TestingPlatform();
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  public TestingCommands(Path folder) throws IOException {
    this.folder = folder;
    this.definitions = writeDefinitions(folder);
  }

  /** Writes a pipeline and its dataset and returns their folder. */
  static Path writeDefinitions(Path folder) throws IOException {
    Path my = Files.createDirectories(folder.resolve("my"));
    Files.writeString(my.resolve("trips.avsc"), SCHEMA);
    Files.writeString(my.resolve("trips.odcs.yaml"), CONTRACT);
    Files.writeString(my.resolve("pipeline.yaml"), PIPELINE);
    return my;
  }

  public TestingPlatform platform() {
    return platform;
  }

  public String pipeline() {
    return definitions.resolve("pipeline.yaml").toString();
  }

  public String definitions() {
    return definitions.toString();
  }

  public String out() {
    return out.toString();
  }

  public String err() {
    return err.toString();
  }

  /** Removes without a question. */
  public int remove(List<String> what) {
    List<String> words = new ArrayList<>(what);
    words.add(0, "remove");
    words.add("--yes");
    return run(words.toArray(String[]::new));
  }

  public int run(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--home", folder.resolve("home").toString()));
    return Main.commandLine(context(folder), platform, log -> {})
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(all.toArray(String[]::new));
  }
}
