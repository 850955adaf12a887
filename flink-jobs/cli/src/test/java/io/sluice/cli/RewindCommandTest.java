package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.definition.edit.Store;
import io.sluice.delta.rewind.SavepointVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a rewind does, in which order, and what it refuses before anything changes. */
class RewindCommandTest extends CommandRun {
  private static final SavepointVersion BEHIND =
      new SavepointVersion(
          7,
          OptionalLong.of(2),
          true,
          List.of("5 (DELETE by Apache-Spark)"),
          Map.of("", Long.MIN_VALUE, "@life", 60_000_000L));

  private static final String VIEWS =
      """
      gold:
        fares: {from: trips, key: [id], running: true, aggregate: {trips: count()}, sinks: [redis, jdbc]}
        minutes: {from: trips, key: [id], window: {tumbling: 1m}, aggregate: {trips: count()}, sinks: [delta, jdbc]}
      connections:
        redis: {uri: "${SLUICE_REDIS}", keyPrefix: "sluice:"}
        jdbc: {url: "${SLUICE_JDBC}"}
      """;

  private Path savepoint;

  @BeforeEach
  void runThePipeline() throws IOException {
    Path file = my.resolve("pipeline.yaml");
    Files.writeString(
        file, Files.readString(file).replace("connections:\n", VIEWS.stripTrailing() + "\n"));
    assertThat(run("submit", pipeline, "--definitions", my.toString(), "--parallelism", "1"))
        .isZero();
    savepoint = Files.createDirectories(folder.resolve("home/savepoints/city/savepoint-1"));
    Files.writeString(savepoint.resolve("_metadata"), "");
    platform.calls.clear();
    platform.atSavepoint = BEHIND;
    out.getBuffer().setLength(0);
  }

  private int rewind() {
    return run("rewind", "city", "--to", savepoint.toString());
  }

  private List<String> changes() {
    return platform.calls.stream()
        .filter(call -> call.matches("(stop|rewind|clear|run) .*") && !call.endsWith(" dry"))
        .toList();
  }

  @Test
  void stopsTakesBackEmptiesAndStarts() {
    assertThat(rewind()).isZero();
    assertThat(changes())
        .containsExactly(
            "stop job1",
            "rewind silver/trips to 2",
            "rewind gold/minutes to 2",
            "clear hashes sluice:fares:",
            "clear table fares all",
            "clear table minutes 1970-01-01T00:01:00Z",
            "run " + savepoint);
    assertThat(out.toString())
        .contains("city is back at " + savepoint + " and runs from there, as job job2.")
        .contains("Tables that went back: silver/trips, gold/minutes")
        .contains("To go forward again: sluice rewind city --to ");
    assertThat(err.toString()).contains("with it went what others wrote: 5 (DELETE by Apache-S");
  }

  @Test
  void theJobIsToldThatItsViewsAreEmpty() {
    assertThat(rewind()).isZero();
    assertThat(platform.arguments).containsSubsequence("--reseed-from", "5");
  }

  @Test
  void goesOnWhenItBrokeOff() {
    platform.failingRewind = "the disk is full";
    assertThat(rewind()).isEqualTo(1);
    assertThat(changes()).containsExactly("stop job1");
    platform.failingRewind = null;
    platform.calls.clear();
    platform.atSavepoint =
        new SavepointVersion(8, OptionalLong.empty(), false, List.of(), Map.of());
    assertThat(rewind()).isZero();
    assertThat(changes()).startsWith("clear hashes sluice:fares:").endsWith("run " + savepoint);
    assertThat(out.toString()).contains("Its tables were there already.");
  }

  @Test
  void saysHowToGoOnWhenItBreaksOff() {
    platform.failingRewind = "the disk is full";
    assertThat(rewind()).isEqualTo(1);
    assertThat(err.toString())
        .contains("The rewind of city broke off: the disk is full")
        .contains("Run it again, which goes on: sluice rewind city --to " + savepoint)
        .contains("Or go forward again to where it was stopped: sluice rewind city --to ");
  }

  @Test
  void refusesASavepointOfAnotherPipeline() {
    platform.foreign = true;
    assertThat(rewind()).isEqualTo(1);
    assertThat(err.toString())
        .contains(savepoint + " is of another pipeline: it has no state of the tables of city.");
    assertThat(changes()).isEmpty();
  }

  @Test
  void refusesWhatCannotGoBack() {
    platform.refusedRewind = "Table t cannot go back to version 2";
    assertThat(rewind()).isEqualTo(1);
    assertThat(err.toString()).contains("sluice: Table t cannot go back to version 2");
    assertThat(changes()).isEmpty();
  }

  @Test
  void refusesViewsOfWhichNobodyKnowsWhatWasThere() throws IOException {
    platform.silent.add(Store.Kind.REDIS);
    assertThat(rewind()).isEqualTo(1);
    assertThat(err.toString()).contains("redis cannot be asked: it is away");
    platform.silent.clear();
    Path kept = folder.resolve("home/submitted/city/.files/pipeline.yaml");
    Files.writeString(kept, Files.readString(kept).replace("[delta, jdbc]", "[jdbc]"));
    assertThat(rewind()).isEqualTo(1);
    assertThat(err.toString()).contains("The view minutes keeps windows in PostgreSQL alone");
    assertThat(changes()).isEmpty();
  }

  @Test
  void refusesAStateThatDoesNotFit() {
    platform.refuseEdits("view fares has another key");
    assertThat(rewind()).isEqualTo(1);
    assertThat(err.toString()).contains("view fares has another key");
    assertThat(changes()).isEmpty();
  }

  @Test
  void refusesWhatIsNoSavepointOrPipeline() {
    assertThat(run("rewind", "city", "--to", folder.toString())).isEqualTo(1);
    assertThat(err.toString()).contains("is no complete savepoint or checkpoint");
    assertThat(run("rewind", "town", "--to", savepoint.toString())).isEqualTo(1);
    assertThat(err.toString()).contains("No pipeline town was submitted here; submitted: city.");
    assertThat(run("rewind", "city")).isEqualTo(2);
    assertThat(changes()).isEmpty();
  }

  @Test
  void anOlderSavepointIsRefusedWithTheTwoWaysOut() {
    platform.end("job1", "FINISHED");
    assertThat(run("restore", "city", "--from", savepoint.toString())).isEqualTo(1);
    assertThat(err.toString())
        .contains(
            "The tables of city have gone on since %s: silver/trips is at version 7, and version 2 belongs to it; so with 1 more."
                .formatted(savepoint))
        .contains("sluice rewind city --to " + savepoint)
        .contains("add --accept");
    assertThat(changes()).isEmpty();
    assertThat(
            run("submit", pipeline, "--definitions", my.toString(), "--from", savepoint.toString()))
        .isEqualTo(1);
    assertThat(run("restore", "city", "--from", savepoint.toString(), "--accept")).isZero();
    assertThat(changes()).containsExactly("run " + savepoint);
  }
}
