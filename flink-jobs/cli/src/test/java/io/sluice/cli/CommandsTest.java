package io.sluice.cli;

import static io.sluice.cli.TestingCommands.PIPELINE;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.cli.text.CliContext;
import io.sluice.cli.text.Installation;
import io.sluice.definition.yaml.Variables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What the commands show of a platform, and where they look for it. */
class CommandsTest extends CommandRun {
  @Test
  void validateNamesAFolderThatDoesNotExist() {
    assertThat(run("validate", folder.resolve("mine").toString())).isEqualTo(1);
    assertThat(run("validate", pipeline, "--definitions", folder.resolve("no").toString()))
        .isEqualTo(1);
    assertThat(err.toString())
        .contains("There is no file or folder " + folder.resolve("mine") + " to check.")
        .contains("There is no folder " + folder.resolve("no") + " (--definitions).");
  }

  @Test
  void validateEndsWithOneWhenThereIsAProblem() throws IOException {
    assertThat(run("validate", pipeline, "--definitions", my.toString())).isZero();
    assertThat(run("validate", my.toString(), "--definitions", my.toString())).isZero();
    assertThat(out.toString()).contains("1 file checked: all is well.", "3 files checked");
    Files.writeString(my.resolve("pipeline.yaml"), PIPELINE + "extra: 1\n");
    assertThat(run("validate", pipeline, "--definitions", my.toString())).isEqualTo(1);
    assertThat(out.toString()).contains("pipeline.yaml:", "extra", "1 problem.");
  }

  @Test
  void statusShowsServersJobsLagAndTables() {
    run("submit", pipeline, "--definitions", my.toString());
    assertThat(run("status")).isZero();
    assertThat(out.toString())
        .containsPattern("kafka +42 +9092")
        .containsPattern("redis +not running")
        .containsPattern("city +job1 +RUNNING +\\d+ d \\d+ h +\\d +7 at 1970-01-01T00:00:00Z")
        .containsPattern("trips +city.trips.v1 +city +17")
        .containsPattern("silver/trades +3 +1970-01-01T00:00:00Z")
        .contains("city failed last at 1970-01-01T00:01:00Z, since 1970-01-01T00:00:00Z: it broke")
        .containsPattern("trips +city +100 +90 +6 +4")
        .containsPattern("trips +corrupt +rejected +1")
        .containsPattern("trips +required:id +rejected +5")
        .containsPattern("trips +slow +kept +2")
        .containsPattern("trips +1970-01-01T00:00:00Z +partition 3")
        .contains("nothing yet")
        .containsPattern("by_zone +city +5")
        .containsPattern("trips_1m +city +12 +7 +0");
    assertThat(run("status", "--json")).isZero();
    assertThat(out.toString())
        .contains("\"records\" : 17", "\"lastCheckpoint\" : 7", "\"failure\" : \"it broke\"");
  }

  @Test
  void logsOfAServerAndOfAPipeline() throws IOException {
    run("submit", pipeline, "--definitions", my.toString());
    Path logs = Files.createDirectories(folder.resolve("home/logs"));
    Files.writeString(logs.resolve("kafka.log"), "started\n");
    Files.writeString(
        logs.resolve("taskmanager.log"),
        "2026-01-01 x [job1] of city\n2026-01-01 x [job7] of another\n");
    assertThat(run("logs", "kafka")).isZero();
    assertThat(out.toString()).endsWith("started\n").doesNotContain("==>");
    assertThat(run("logs", "city")).isZero();
    assertThat(out.toString()).endsWith("2026-01-01 x [job1] of city\n");
    assertThat(run("logs")).isZero();
    assertThat(out.toString()).contains("==> kafka <==\nstarted\n==> taskmanager <==\n2026");
    assertThat(run("logs", "nonsense")).isEqualTo(1);
    assertThat(err.toString()).contains("There is: kafka, taskmanager, city.");
    assertThat(run("logs", "kafka", "--lines", "0")).isEqualTo(2);
  }

  @Test
  void statusShowsTheFailedJobOfAPipelineThatDoesNotRun() {
    run("submit", pipeline, "--definitions", my.toString());
    platform.failed("job1");
    assertThat(run("status")).isZero();
    assertThat(out.toString())
        .containsPattern("city +job1 +FAILED")
        .contains("city failed last at 1970-01-01T00:01:00Z, since 1970-01-01T00:00:00Z: it broke");
    assertThat(run("list")).isZero();
    assertThat(out.toString()).containsPattern("city +job1 +FAILED +.*3\\n");
  }

  @Test
  void statusShowsAJobWhoseJobManagerIsStillSettingItUp() {
    run("submit", pipeline, "--definitions", my.toString());
    platform.initializing("job1");
    assertThat(run("status")).isZero();
    assertThat(out.toString()).containsPattern("city +job1 +INITIALIZING +\\d+ d \\d+ h +0 +none");
  }

  @Test
  void tablesAreShownWithoutSteeringTheTerminal() {
    platform.up = false;
    assertThat(run("table", "show", "silver/trades")).isZero();
    assertThat(out.toString()).contains("a\\u001b[31m").doesNotContain("\u001b");
    assertThat(run("table", "show", "silver/trades", "--json")).isZero();
    assertThat(out.toString()).contains("\"price\" : null");
    assertThat(run("table", "list")).isZero();
    assertThat(out.toString()).contains("LAST COMMIT");
    assertThat(run("table", "history", "silver/trades")).isZero();
    assertThat(run("table", "detail", "silver/trades", "--json")).isZero();
    assertThat(run("table", "show", "silver/trades", "--limit", "0")).isEqualTo(2);
    assertThat(run("table")).isEqualTo(2);
  }

  @Test
  void statusTellsWhichServerEndedAndWhy() {
    platform.incident = Optional.of("Redis was started again 1 time(s): it ended with exit code 1");
    assertThat(run("status")).isZero();
    assertThat(err.toString()).contains("Redis was started again 1 time(s)");
    assertThat(run("status", "--json")).isZero();
    assertThat(out.toString()).contains("\"restarts\" : 1", "it ended with exit code 1");
  }

  @Test
  void upAndDown() {
    platform.up = false;
    assertThat(run("up")).isZero();
    assertThat(out.toString()).contains("flink     http://f");
    assertThat(run("down")).isZero();
    assertThat(platform.calls).containsExactly("up", "down");
  }

  @Test
  void upTakesTheStorageThatIsNamedAndNoOther() {
    assertThat(run("up", "--storage", "S3")).isZero();
    assertThat(platform.calls).containsExactly("storage s3", "up");
    assertThat(run("up", "--storage", "tape")).isEqualTo(2);
    assertThat(err.toString()).contains("[disk, s3]");
  }

  @Test
  void aLakeElsewhereIsAFolderOrInABucket() {
    assertThat(run("table", "list", "--lake", "s3://company/lake")).isZero();
    assertThat(run("table", "list", "--lake", "s3a://company/lake")).isEqualTo(1);
    assertThat(err.toString())
        .contains("--lake s3a://company/lake: addresses in an object store begin with s3://");
    assertThat(run("query", "--lake", "s3://Company/lake", "SELECT 1")).isEqualTo(1);
    assertThat(err.toString()).contains("'Company' is not allowed as a bucket");
  }

  @Test
  void theHomeOfTheEnvironmentIsUsedUnlessTheOptionNamesAnother() {
    Path named = folder.resolve("named");
    CliContext context =
        new CliContext(Installation.ofSources(folder), false, Optional.of(named), Variables.own());
    assertThat(execute(context, "status")).isZero();
    assertThat(out.toString()).startsWith("home: " + named + System.lineSeparator());
    out.getBuffer().setLength(0);
    assertThat(execute(context, "status", "--home", folder.resolve("other") + "/")).isZero();
    assertThat(out.toString())
        .startsWith("home: " + folder.resolve("other") + System.lineSeparator());
  }
}
