package io.sluice.cli.submit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.cli.platform.Cluster;
import io.sluice.cli.text.CommandFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** A running pipeline that gets a new definition, and what happens when that does not take. */
class UpgradeTest extends UpgradeRun {
  private void requireBackAsJob3() throws IOException {
    assertThat(platform.calls).contains("run " + savepoint());
    assertThat(platform.ran.get(2))
        .startsWith("id of sluice-job.jar")
        .doesNotContain(EDIT)
        .endsWith(" 2");
    assertThat(stored().pipeline()).content().doesNotContain(EDIT);
    assertThat(stored().jobs()).containsExactly("job1", "job3");
    assertThat(platform.jobs.values())
        .filteredOn(Cluster.Job::active)
        .extracting(Cluster.Job::id)
        .containsExactly("job3");
  }

  @Test
  void theNewDefinitionGoesOnFromTheSavepointOfTheFormer() throws Exception {
    Upgrade.Outcome outcome = upgrade();
    assertThat(outcome.job()).isEqualTo("job2");
    assertThat(outcome.savepoint()).contains(savepoint());
    assertThat(platform.calls)
        .containsSubsequence(
            "compare city []", "schema city.trips.v1-value", "stop job1", "run " + savepoint());
    assertThat(platform.ran.get(1)).contains(EDIT).endsWith(" 2");
    assertThat(stored().pipeline()).content().endsWith(EDIT);
    assertThat(stored().jobs()).containsExactly("job1", "job2");
    assertThat(folder.resolve("home/submitted")).isDirectoryNotContaining("glob:**/.*.{new,old}");
  }

  @Test
  void whatDoesNotFitIsRefusedBeforeAnythingStops() {
    platform.refuseEdits("view fares: window was 1m and is now 5m.");
    assertThatThrownBy(this::upgrade)
        .hasMessageContaining("view fares: window was 1m and is now 5m.")
        .hasMessageContaining("Nothing has changed.")
        .hasMessageContaining("sluice stop city --savepoint, then sluice submit");
    assertThat(platform.calls).containsExactly("broker closed");
  }

  @Test
  void slotsOfTheFormerJobCount() throws Exception {
    platform.slots = 1;
    assertThatThrownBy(() -> upgrade(OptionalInt.of(4)))
        .hasMessage(
            "city needs 4 task slots, but Flink has 3 free: no other job runs, so that is all that there are: run it on fewer, with --parallelism 3.");
    assertThat(platform.calls).doesNotContain("stop job1");
    platform.slots = 4;
    assertThat(upgrade(OptionalInt.of(4)).job()).isEqualTo("job2");
    assertThat(stored().parallelism()).isEqualTo(4);
  }

  @Test
  void aJobThatFailsAtOnceIsTakenBack() throws Exception {
    platform.startStates.addAll(List.of("FAILED"));
    platform.withoutCheckpoint.add("job2");
    assertThatThrownBy(this::upgrade)
        .isInstanceOf(CommandFailure.class)
        .hasMessage(
            "city was not changed: its job ended as FAILED: it broke\ncity runs as before, as job job3 from %s."
                .formatted(savepoint()));
    requireBackAsJob3();
  }

  @Test
  void aJobThatTakesNoCheckpointIsCancelledAndTakenBack() throws Exception {
    platform.withoutCheckpoint.add("job2");
    assertThatThrownBy(this::upgrade)
        .hasMessageContaining("was not changed: no checkpoint after 0.")
        .hasMessageContaining("city runs as before, as job job3");
    assertThat(platform.calls).contains("cancel job2");
    requireBackAsJob3();
  }

  @Test
  void aFileThatIsEditedAgainMeanwhileChangesNothingOfTheWayBack() throws Exception {
    platform.withoutCheckpoint.add("job2");
    platform.stop =
        (job, to) -> {
          Files.writeString(Path.of(commands.pipeline()), "nonsense");
          platform.end(job, "FINISHED");
          return to + "/savepoint-2";
        };
    platform.jars.put("sluice-job.jar", new Cluster.Jar("id of sluice-job.jar", "sluice-job.jar"));
    assertThatThrownBy(this::upgrade).hasMessageContaining("city runs as before, as job job3");
    assertThat(platform.ran.get(2)).doesNotContain(EDIT, "nonsense");
  }

  @Test
  void ctrlCGoesBack() throws Exception {
    platform.withoutCheckpoint.add("job2");
    platform.stop =
        (job, to) -> {
          interrupted = true;
          platform.end(job, "FINISHED");
          return to + "/savepoint-2";
        };
    assertThatThrownBy(this::upgrade)
        .hasMessageContaining("was not changed: it was interrupted")
        .hasMessageContaining("city runs as before, as job job2");
    assertThat(steps).anyMatch(step -> step.startsWith("city runs as before, as job job2"));
    assertThat(platform.ran.get(1)).doesNotContain(EDIT);
  }

  @Test
  void aSavepointThatFailsLeavesTheJobAsItWas() throws Exception {
    platform.checkpointing = true;
    platform.stop =
        (job, to) -> {
          throw new CommandFailure("The savepoint of job job1 failed: disk full");
        };
    assertThatThrownBy(this::upgrade)
        .hasMessage(
            "city was not stopped, as its savepoint failed: The savepoint of job job1 failed: disk full\nIt goes on as before, as job job1.");
    assertThat(platform.ran).hasSize(1);
    assertThat(stored().pipeline()).content().doesNotContain(EDIT);
  }

  @Test
  void anAnswerThatIsLostAfterTheSavepointLosesNothing() throws Exception {
    Path savepoint = Files.createDirectories(Path.of(savepoint()));
    platform.stop =
        (job, to) -> {
          Files.writeString(savepoint.resolve("_metadata"), "");
          platform.end(job, "FINISHED");
          platform.lostAnswers = 3;
          throw new IOException("Flink does not answer");
        };
    assertThat(upgrade().savepoint()).contains(savepoint.toString());
    assertThat(stored().jobs()).containsExactly("job1", "job2");
  }

  @Test
  void aClusterThatIsAwayWhileGoingBackIsAskedAgain() throws Exception {
    platform.checkpointOnRequest =
        job -> {
          interrupted = true;
          platform.lostAnswers = 3;
        };
    assertThatThrownBy(this::upgrade).hasMessageContaining("city runs as before, as job job3");
    assertThat(platform.lostAnswers).isZero();
    requireBackAsJob3();
  }

  @Test
  void whoCannotGoBackIsToldHowToGoOn() throws Exception {
    platform.withoutCheckpoint.add("job2");
    platform.stop =
        (job, to) -> {
          platform.end(job, "FINISHED");
          platform.lostAnswers = Integer.MAX_VALUE;
          return to + "/savepoint-2";
        };
    assertThatThrownBy(this::upgrade)
        .hasMessageContaining("What ran before could not be started either")
        .hasMessageEndingWith("go on with: sluice restore city --from " + savepoint());
  }

  @Test
  void aPipelineThatDoesNotRunOrIsNotKnownHereIsRefused() throws Exception {
    platform.failed("job1");
    assertThatThrownBy(this::upgrade)
        .hasMessage(
            "No job of the pipeline city runs; running: none. 'sluice submit' and 'sluice restore' start one.");
    platform.restart("job1");
    assertThatThrownBy(this::upgrade)
        .hasMessageContaining("Not all tasks of city run (RESTARTING)")
        .hasMessageContaining("It failed last with: it broke")
        .hasMessageContaining("sluice stop city, then sluice submit FILE --from CHECKPOINT");
    platform.jobs.remove("job1");
    platform.start("job9", "city");
    assertThatThrownBy(this::upgrade)
        .hasMessageContaining("The job job9 of city was not submitted from this home");
    assertThat(platform.calls).containsOnly("broker closed");
  }

  @Test
  void twoCommandsAtOnceAreOneTooMany() throws Exception {
    try (ChangeLock other = new SubmittedPipelines(folder.resolve("home")).lock("city")) {
      assertThatThrownBy(this::upgrade)
          .hasMessage("Another command is changing city right now: wait until it has ended.");
    }
    assertThat(upgrade().job()).isEqualTo("job2");
  }

  @Test
  void whatWasNotEditedIsNotStopped() throws Exception {
    upgrade();
    platform.calls.clear();
    assertThat(upgrade())
        .isEqualTo(
            new Upgrade.Outcome(
                "city", "job2", Upgrade.Change.NONE, Optional.empty(), Duration.ZERO));
    assertThat(platform.calls).doesNotContain("stop job2");
  }

  @Test
  void anEditedParallelismCountsAndAnotherOneStays() throws Exception {
    Path file = Path.of(commands.pipeline());
    String text = Files.readString(file);
    Files.writeString(file, text + "run: {parallelism: 3}\n");
    upgrade();
    assertThat(stored().parallelism()).isEqualTo(3);
    Files.writeString(file, text + "run: {parallelism: 3} # still\n");
    upgrade();
    assertThat(stored().parallelism()).isEqualTo(3);
  }
}
