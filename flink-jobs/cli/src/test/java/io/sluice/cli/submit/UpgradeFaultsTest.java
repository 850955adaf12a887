package io.sluice.cli.submit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.cli.platform.Cluster;
import io.sluice.cli.text.CommandFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** Checkpoints that are rare, commits that fail, answers and records that are lost. */
class UpgradeFaultsTest extends UpgradeRun {

  private Path submitted() {
    return folder.resolve("home/submitted");
  }

  @Test
  void aCheckpointIsAskedForAsTheNextOneMayBeAnHourAway() throws Exception {
    platform.withoutCheckpoint.addAll(List.of("job1", "job2"));
    platform.checkpointOnRequest = platform.withoutCheckpoint::remove;
    assertThat(upgrade().job()).isEqualTo("job2");
    assertThat(platform.calls)
        .containsSubsequence(
            "checkpoint job1", "stop job1", "checkpoint job2", "checkpoint job2", "broker closed");
  }

  @Test
  void aJobWhoseCommitsFailIsTakenBackAlthoughItHasACheckpoint() throws Exception {
    platform.keepsFailing.add("job2");
    assertThatThrownBy(this::upgrade)
        .hasMessageContaining(
            "was not changed: no second checkpoint, before which the first one is not committed, after 0.")
        .hasMessageContaining("it failed last with: it broke\ncity runs as before, as job job3");
    assertThat(stored().jobs()).containsExactly("job1", "job3");
  }

  @Test
  void ctrlCDuringTheChecksStopsNothing() {
    interrupted = true;
    assertThatThrownBy(this::upgrade)
        .hasMessage("Interrupted, and nothing has changed: city runs as before, as job job1.");
    assertThat(platform.calls).doesNotContain("stop job1");
  }

  @Test
  void aJobThatComesInBetweenIsNotDoubled() {
    platform.stop =
        (job, to) -> {
          platform.end(job, "FINISHED");
          platform.start("another", "city");
          return to + "/savepoint-2";
        };
    assertThatThrownBy(this::upgrade)
        .hasMessageContaining("was not changed: The pipeline city runs already as job another");
    assertThat(platform.jobs.values()).filteredOn(Cluster.Job::active).hasSize(1);
  }

  @Test
  void aStopOfWhichNothingIsKnownMayStillStop() {
    platform.stop =
        (job, to) -> {
          platform.withoutCheckpoint.add(job);
          throw new IOException("Flink does not answer");
        };
    assertThatThrownBy(this::upgrade)
        .hasMessage(
            "Whether city stops is not known: Flink does not answer\nIt may still stop, and nothing else was changed. 'sluice status' shows whether it runs; if it does not, go on with: sluice restore city");
    assertThat(platform.ran).hasSize(1);
  }

  @Test
  void aSavepointThatCannotBeListedIsNamed() {
    platform.stop =
        (job, to) -> {
          platform.end(job, "FINISHED");
          throw new IOException("Flink does not answer");
        };
    assertThatThrownBy(this::upgrade)
        .hasMessage(
            "city has stopped (Flink does not answer), and its savepoint was not found: none is there\nOnce it is there again, go on with: sluice restore city");
  }

  @Test
  void aWayBackThatCannotBeRecordedIsGoneOnce() throws Exception {
    platform.withoutCheckpoint.add("job2");
    block("city");
    assertThatThrownBy(this::upgrade)
        .hasMessageContaining("city runs as before, as job job3 from " + savepoint())
        .hasMessageContaining(".\nThat is not recorded in the home: ");
    assertThat(platform.ran).hasSize(3);
  }

  @Test
  void aJobThatCannotBeRecordedIsNotTakenBack() throws Exception {
    block(".city.new");
    assertThatThrownBy(this::upgrade)
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining(
            "city runs as job job2, as was asked for, but that is not recorded in the home: ")
        .hasMessageEndingWith(
            "sluice stop city --savepoint, then sluice submit FILE --from SAVEPOINT");
    assertThat(platform.ran).hasSize(2);
    assertThat(stored().pipeline()).content().doesNotContain(EDIT);
  }

  @Test
  void aClusterThatIsAwayBeforeTheStartIsWaitedFor() throws Exception {
    platform.stop =
        (job, to) -> {
          platform.end(job, "FINISHED");
          platform.lostAnswers = 2;
          return to + "/savepoint-2";
        };
    assertThat(upgrade().job()).isEqualTo("job2");
  }

  /** Lets a record not be written any more, once the job was stopped. */
  private void block(String name) {
    platform.stop =
        (job, to) -> {
          Files.createDirectories(submitted().resolve(name).resolve("submission.json.new"));
          platform.end(job, "FINISHED");
          return to + "/savepoint-2";
        };
  }

  @Test
  void whatWasKilledBetweenTwoMovesIsStillThere() throws Exception {
    Files.move(submitted().resolve("city"), submitted().resolve(".city.old"));
    assertThat(stored().jobs()).containsExactly("job1");
    assertThat(new SubmittedPipelines(folder.resolve("home")).list()).containsExactly(stored());
    upgrade();
    assertThat(stored().jobs()).containsExactly("job1", "job2");

    Files.move(submitted().resolve("city"), submitted().resolve(".city.new"));
    Files.createDirectories(submitted().resolve(".city.old"));
    assertThat(stored().jobs()).containsExactly("job1", "job2");
    assertThat(upgrade().savepoint()).isEmpty();
    assertThat(submitted().resolve("city/submission.json")).exists();
    assertThat(submitted().resolve(".city.old")).doesNotExist();
  }

  @Test
  void everyCommandThatChangesAPipelineIsAlone() throws Exception {
    Files.writeString(folder.resolve("_metadata"), "");
    List<List<String>> all =
        List.of(
            List.of("submit", commands.pipeline(), "--definitions", commands.definitions()),
            List.of("restore", "city", "--from", folder.toString()),
            List.of("stop", "city", "--savepoint"),
            List.of("stop", "city"),
            List.of("savepoint", "city"),
            List.of("reset", "city", "--yes"),
            List.of("remove", "city", "--yes"));
    try (ChangeLock other = new SubmittedPipelines(folder.resolve("home")).lock("city")) {
      for (List<String> each : all) {
        assertThat(commands.run(each.toArray(String[]::new))).as("%s", each).isEqualTo(1);
        assertThat(commands.err())
            .endsWith(
                "sluice: Another command is changing city right now: wait until it has ended.\n");
      }
    }
    assertThat(platform.calls).containsOnly("broker closed", "views closed");
    assertThat(commands.run("stop", "city", "--savepoint")).isZero();
  }

  @Test
  void tasksThatWouldReadNothingAreRefused() {
    platform.slots = 9;
    assertThatThrownBy(() -> upgrade(OptionalInt.of(5)))
        .hasMessageContaining("city cannot run on 5 parallel tasks: no more of them can read")
        .hasMessageContaining("city.trips.v1 has 4");
    assertThat(platform.calls).doesNotContain("stop job1");
  }
}
