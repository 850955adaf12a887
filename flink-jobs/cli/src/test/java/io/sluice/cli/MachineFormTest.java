package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What {@code --json} prints, to the byte: programs read it. */
class MachineFormTest extends CommandRun {
  private void assertForm(String name, String... arguments) throws IOException {
    out.getBuffer().setLength(0);
    run(arguments);
    MachineForms.check(name, folder, arguments, out.toString());
  }

  private void submitted() {
    assertThat(run("submit", pipeline, "--definitions", my.toString())).isZero();
  }

  @Test
  void ofWhatRuns() throws IOException {
    assertForm(
        "submit",
        "submit",
        pipeline,
        "--definitions",
        my.toString(),
        "--parallelism",
        "1",
        "--json");
    assertForm("up", "up", "--json");
    assertForm("list", "list", "--json");
    assertForm("status", "status", "--json");
    platform.up = false;
    assertForm("status-down", "status", "--json");
  }

  @Test
  void ofHowAPipelineEnds() throws IOException {
    submitted();
    assertForm("savepoint", "savepoint", "city", "--json");
    assertForm("stop-savepoint", "stop", "city", "--savepoint", "--json");
    assertForm("list-ended", "list", "--json");
    submitted();
    assertForm("stop", "stop", "city", "--json");
    submitted();
    assertForm("upgrade-not", "upgrade", pipeline, "--json");
    Files.writeString(Path.of(pipeline), TestingCommands.PIPELINE + "# edited\n");
    assertForm("upgrade", "upgrade", pipeline, "--json");
  }

  @Test
  void ofTables() throws IOException {
    assertForm("table-list", "table", "list", "--json");
    assertForm("table-show", "table", "show", "silver/trades", "--json");
  }

  @Test
  void ofMaintenance() throws IOException {
    assertForm("optimize", "maintain", "optimize", "silver/trades", "--json");
    assertForm("optimize-dry", "maintain", "optimize", "silver/trades", "--dry-run", "--json");
    assertForm("vacuum", "maintain", "vacuum", "silver/trades", "--json");
    assertForm("checkpoint", "maintain", "checkpoint", "silver/trades", "--json");
  }

  @Test
  void ofChecksAndInput() throws IOException {
    Files.writeString(my.resolve(".pipeline.yaml"), TestingCommands.PIPELINE);
    Files.writeString(my.resolve("pipeline.yaml"), TestingCommands.PIPELINE + "extra: 1\n");
    assertForm("validate", "validate", my.toString(), "--json");
    Files.writeString(my.resolve("pipeline.yaml"), TestingCommands.PIPELINE);
    submitted();
    Path file = Files.writeString(folder.resolve("trips.jsonl"), "{\"id\": 1}\n");
    assertForm("produce", "produce", "trips", "--file", file.toString(), "--json");
  }
}
