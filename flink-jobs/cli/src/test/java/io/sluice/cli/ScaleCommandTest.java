package io.sluice.cli;

import static io.sluice.cli.TestingCommands.PIPELINE;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A pipeline on more or fewer parallel tasks. */
class ScaleCommandTest extends CommandRun {
  @BeforeEach
  void runThePipeline() {
    assertThat(run("submit", pipeline, "--definitions", my.toString(), "--parallelism", "1"))
        .isZero();
    platform.calls.clear();
    out.getBuffer().setLength(0);
  }

  private String refusal(String... arguments) {
    err.getBuffer().setLength(0);
    assertThat(run(arguments)).isEqualTo(1);
    assertThat(platform.calls).isSubsetOf("broker closed");
    return err.toString().replaceAll("(?m)^  .*\\R", "");
  }

  @Test
  void goesOnFromASavepointAndKeepsTheNumber() throws IOException {
    Files.writeString(my.resolve("pipeline.yaml"), "nonsense");
    assertThat(run("scale", "city", "3")).isZero();
    assertThat(platform.ran.get(1)).isEqualTo("id of sluice-job.jar: " + PIPELINE + " 3");
    assertThat(out.toString())
        .startsWith("city runs on 3 parallel tasks, as job job2.\n")
        .contains(" s from its savepoint until its next checkpoint was committed; it began from ")
        .endsWith("/home/savepoints/city/savepoint-2\n");
    assertThat(run("scale", "city", "3")).isZero();
    assertThat(out.toString()).endsWith("city runs on 3 already, as job job2.\n");

    Files.writeString(my.resolve("pipeline.yaml"), PIPELINE + "# edited\n");
    assertThat(run("upgrade", pipeline)).isZero();
    assertThat(platform.ran.get(2)).endsWith("# edited\n 3");
    run("stop", "city", "--savepoint");
    Files.createDirectories(folder.resolve("home/savepoints/city/savepoint-2"));
    Files.writeString(folder.resolve("home/savepoints/city/savepoint-2/_metadata"), "");
    assertThat(run("restore", "city")).isZero();
    assertThat(platform.ran.get(3)).endsWith("# edited\n 3");
  }

  @Test
  void changesAJobThatRunsOnSeveralTasksWhileItRuns() throws IOException {
    assertThat(run("scale", "city", "2")).isZero();
    out.getBuffer().setLength(0);
    platform.asksUntilDivisible = 1;
    assertThat(run("scale", "city", "3")).isZero();
    assertThat(err.toString())
        .contains("  waiting until each task has written its own state, a minute or two\n");
    assertThat(platform.calls).contains("rescale job2 to 3").doesNotContain("stop job2");
    assertThat(platform.ran).hasSize(2);
    assertThat(out.toString())
        .startsWith("city runs on 3 parallel tasks, changed in place: it is still job job2.\n")
        .endsWith(" s from the request until a checkpoint on that number was committed\n");
    assertThat(run("scale", "city", "3")).isZero();
    assertThat(out.toString()).endsWith("city runs on 3 already, as job job2.\n");
    assertThat(run("scale", "city", "1", "--json")).isZero();
    assertThat(out.toString()).contains("\"job\" : \"job2\"", "\"change\" : \"in-place\"");

    run("stop", "city", "--savepoint");
    Files.createDirectories(folder.resolve("home/savepoints/city/savepoint-2"));
    Files.writeString(folder.resolve("home/savepoints/city/savepoint-2/_metadata"), "");
    assertThat(run("restore", "city")).isZero();
    assertThat(platform.ran.get(2)).endsWith(" 1");
  }

  @Test
  void givesAJobThatIsNotChangedInTimeItsFormerNumberBack() {
    assertThat(run("scale", "city", "2")).isZero();
    err.getBuffer().setLength(0);
    platform.rescales = false;
    assertThat(run("scale", "city", "3", "--within", "1s")).isEqualTo(1);
    assertThat(platform.calls).containsSequence("rescale job2 to 3", "rescale job2 to 2");
    assertThat(err.toString())
        .contains("sluice: city was not changed: it does not run on 3 parallel tasks after 1.0 s\n")
        .contains("city runs on 2 as before, as job job2.");
    assertThat(run("scale", "city", "2")).isZero();
    assertThat(out.toString()).endsWith("city runs on 2 already, as job job2.\n");
  }

  /** Flink would read older files over newer ones. */
  @Test
  void dividesNoStateThatWasJustDividedToGoBack() {
    assertThat(run("scale", "city", "2")).isZero();
    platform.asksAfterRescaling = 2;
    platform.keepsFailing.add("job2");
    assertThat(run("scale", "city", "3", "--within", "1s")).isEqualTo(1);
    List<String> since =
        platform.calls.subList(
            platform.calls.lastIndexOf("rescale job2 to 3"),
            platform.calls.lastIndexOf("rescale job2 to 2"));
    assertThat(since).filteredOn("checkpoint job2"::equals).hasSizeGreaterThanOrEqualTo(3);
  }

  @Test
  void refusesWhatThePipelineCannotUse() {
    assertThat(refusal("scale", "city", "121"))
        .isEqualTo(
            "sluice: city cannot be scaled to 121: it runs on 1 to 120 parallel tasks, its run.maxParallelism, which is fixed while there is state.\n");
    assertThat(refusal("scale", "city", "5"))
        .isEqualTo(
            "sluice: city cannot run on 5 parallel tasks: no more of them can read than a topic has partitions, and city.trips.v1 has 4. More of them: kafka-topics.sh --alter --topic TOPIC --partitions 5\n");
    assertThat(run("scale", "city", "two")).isEqualTo(2);
    assertThat(run("scale", "city", "0")).isEqualTo(2);
    assertThat(run("scale", "city", "2", "--within", "0s")).isEqualTo(2);
  }

  @Test
  void refusesWhatTheClusterDoesNotHave() {
    platform.slots = 1;
    assertThat(refusal("scale", "city", "4"))
        .isEqualTo(
            "sluice: city cannot be scaled to 4: the cluster has 2 task slots for it, 1 of its own and 1 free, and the one TaskManager of a home gets no more.\n");
    platform.start("other", "town");
    assertThat(refusal("scale", "city", "4"))
        .endsWith(
            " Those of another pipeline become free when it is stopped or scaled down: sluice stop town --savepoint\n");
  }

  @Test
  void refusesAPipelineThatDoesNotRun() {
    platform.failed("job1");
    assertThat(refusal("scale", "city", "2"))
        .contains("No job of the pipeline city runs; running: none.");
    assertThat(refusal("scale", "town", "2")).contains("No job of the pipeline town runs");
    platform.restart("job1");
    assertThat(refusal("scale", "city", "2")).contains("Not all tasks of city run (RESTARTING)");
  }

  @Test
  void goesBackToTheFormerNumber() {
    platform.startStates.add("FAILED");
    platform.withoutCheckpoint.add("job2");
    assertThat(run("scale", "city", "2")).isEqualTo(1);
    assertThat(err.toString())
        .contains("sluice: city was not changed: its job ended as FAILED: it broke")
        .contains("city runs as before, as job job3 from ");
    assertThat(platform.ran.get(2)).endsWith(" 1");
    assertThat(run("scale", "city", "2", "--json")).isZero();
    assertThat(out.toString())
        .contains("\"parallelism\" : 2", "\"change\" : \"by-savepoint\"", "\"gapMs\" : ");
  }
}
