package io.sluice.cli;

import static io.sluice.cli.TestingCommands.PIPELINE;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.cli.platform.Cluster;
import io.sluice.definition.edit.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Submitting, stopping and restoring pipelines. */
class SubmitCommandTest extends CommandRun {
  @Test
  void submitPreparesEverythingAndRunsTheCopiedFiles() {
    assertThat(run("submit", pipeline, "--definitions", my.toString())).isZero();
    assertThat(platform.calls)
        .containsExactly(
            "topic city.trips.v1 4",
            "topic city.trips.v1.dlq 1 like city.trips.v1",
            "schema city.trips.v1-value",
            "upload sluice-job.jar",
            "run anew",
            "broker closed");
    assertThat(out.toString())
        .isEqualTo("city runs as job job1\n'sluice ui city' shows it in a browser.\n");
    Path copies = folder.resolve("home/submitted/city/.files");
    assertThat(copies.resolve("pipeline.yaml")).hasContent(PIPELINE);
    assertThat(copies.resolve("my/trips.avsc")).exists();
    assertThat(copies.resolve("my/trips.odcs.yaml")).exists();
  }

  @Test
  void submitWarnsOfATopicThatTakesCompressedBatches() {
    platform.packedTopics.put("city.trips.v1", 1_048_588L);
    assertThat(run("submit", pipeline, "--definitions", my.toString())).isZero();
    assertThat(err.toString())
        .contains(
            "warning: topic city.trips.v1 takes compressed batches of up to 1,048,588 bytes, which may be a thousand times as many in the job; let only producers write to it that you trust, or set it with: kafka-configs.sh --bootstrap-server k --alter --entity-type topics --entity-name city.trips.v1 --add-config compression.type=uncompressed");
  }

  @Test
  void submitRefusesASecondJobOfTheSameName() {
    run("submit", pipeline, "--definitions", my.toString());
    assertThat(run("submit", pipeline, "--definitions", my.toString())).isEqualTo(1);
    assertThat(err.toString()).contains("sluice: The pipeline city runs already as job job1");
  }

  private int submitAs(String name, String was, String is) throws IOException {
    Files.writeString(
        my.resolve("pipeline.yaml"),
        PIPELINE.replace("name: city", "name: " + name).replace(was, is));
    platform.calls.clear();
    return run("submit", pipeline, "--definitions", my.toString());
  }

  @Test
  void submitRefusesADatasetThatBelongsToAnotherPipeline() throws IOException {
    run("submit", pipeline, "--definitions", my.toString());
    assertThat(submitAs("town", "", "")).isEqualTo(1);
    assertThat(err.toString())
        .contains(
            "The dataset trips belongs to the pipeline city",
            "bronze/trips, silver/trips and quarantine/trips",
            "another lake root",
            "sluice remove city");
    assertThat(platform.calls).containsExactly("broker closed");
    assertThat(submitAs("town", "${SLUICE_LAKE}", "/srv/lake")).isZero();
  }

  @Test
  void submitRefusesATableOfAPipelineFromElsewhereBeforeAnythingIsMade() throws IOException {
    platform.owners.put("silver/trips", "town");
    assertThat(run("submit", pipeline, "--definitions", my.toString())).isEqualTo(1);
    assertThat(err.toString())
        .contains("sluice: The table silver/trips belongs to the pipeline town");
    assertThat(platform.calls).containsExactly("broker closed");
    assertThat(folder.resolve("home/submitted/city")).doesNotExist();
    assertThat(submitAs("town", "", "")).isZero();
  }

  @Test
  void submitRefusesAViewThatBelongsToAnotherPipeline() throws IOException {
    String view =
        """
        gold:
          fares:
            from: trips
            key: [id]
            running: true
            aggregate: {total: "sum(fare)"}
            sinks: [%s]
        connections:
          redis: {uri: "redis://localhost", keyPrefix: "%s:"}
          jdbc: {url: "jdbc:postgresql://localhost/x"}
        """;
    String lake =
        view
            + "  lake: {root: \"%s\"}\n  kafka: {bootstrapServers: \"k\"}\n  registry: {url: \"http://r\"}\n";
    String rest = PIPELINE.substring(PIPELINE.indexOf("connections:"));
    assertThat(submitAs("city", rest, lake.formatted("redis", "a", "/one"))).isZero();
    assertThat(submitAs("town", rest, lake.formatted("redis", "a", "/two"))).isEqualTo(1);
    assertThat(err.toString())
        .contains("The view fares belongs to the pipeline city", "the keys a:fares:* in Redis");
    assertThat(submitAs("town", rest, lake.formatted("redis", "b", "/two"))).isZero();
    assertThat(submitAs("port", rest, lake.formatted("jdbc", "c", "/three"))).isZero();
    assertThat(submitAs("farm", rest, lake.formatted("jdbc", "d", "/four"))).isEqualTo(1);
    assertThat(err.toString())
        .contains("The view fares belongs to the pipeline port", "the table fares in the database");
  }

  @Test
  void submitReportsEveryProblemBeforeItAsksAServer() throws IOException {
    Files.writeString(
        my.resolve("pipeline.yaml"),
        PIPELINE.replace("confluent-avro", "xml").replace("mode: append", "mode: replace"));
    platform.up = false;
    assertThat(run("submit", pipeline, "--definitions", my.toString())).isEqualTo(1);
    assertThat(err.toString()).contains("2 problems").contains("xml").contains("replace");
    assertThat(platform.calls).isEmpty();
  }

  @Test
  void submitSaysThatASchemaIsRefused() {
    platform.refusal = "incompatible";
    assertThat(run("submit", pipeline, "--definitions", my.toString())).isEqualTo(1);
    assertThat(err.toString())
        .contains("The schema of trips cannot be registered as city.trips.v1-value: incompatible");
    assertThat(platform.calls).doesNotContain("run anew");
  }

  @Test
  void submitNamesTheShippedPipelines() {
    assertThat(run("submit", "nonsense")).isEqualTo(1);
    assertThat(err.toString())
        .isEqualTo(
            "sluice: There is no pipeline file nonsense and no shipped pipeline of that name; shipped: none.\n");
  }

  @Test
  void commandsSayThatNothingRuns() {
    platform.up = false;
    assertThat(run("list")).isEqualTo(1);
    assertThat(err.toString()).contains("No servers run").contains("sluice up");
  }

  @Test
  void stopAndRestoreGoOnFromTheNewestPoint() throws IOException {
    run("submit", pipeline, "--definitions", my.toString(), "--parallelism", "1");
    assertThat(run("restore", "city")).isEqualTo(1);
    assertThat(err.toString()).contains("city has no savepoint and no retained checkpoint");
    Path checkpoint = folder.resolve("home/checkpoints/job1/chk-9");
    Files.createDirectories(checkpoint);
    Files.writeString(checkpoint.resolve("_metadata"), "");
    Files.createDirectories(folder.resolve("home/checkpoints/job1/chk-10"));

    assertThat(run("stop", "city")).isZero();
    assertThat(out.toString()).contains("cancelled without a savepoint", checkpoint.toString());
    assertThat(run("stop", "city")).isEqualTo(1);
    assertThat(err.toString()).contains("The job city does not run: it is CANCELED.");

    // An edit after the submission changes nothing.
    Files.writeString(my.resolve("pipeline.yaml"), "nonsense");
    assertThat(run("restore", "job1")).isZero();
    assertThat(platform.calls)
        .contains("topic of trips is id-of-city.trips.v1", "run " + checkpoint);
    assertThat(run("stop", "city", "--drain")).isZero();
    assertThat(platform.calls).contains("stop job2 drained");
    assertThat(run("restore", "city", "--from", "s3://sluice/flink/x")).isEqualTo(1);
    assertThat(err.toString())
        .contains("s3://sluice/flink/x is in a bucket, but this home keeps")
        .contains("name one on disk, or a home that was started with --storage s3");
    assertThat(run("restore", "city", "--from", folder.toString())).isEqualTo(1);
    assertThat(err.toString()).contains("is no complete savepoint or checkpoint");
  }

  private Path savepoint() throws IOException {
    Path savepoint = Files.createDirectories(folder.resolve("home/savepoints/city/savepoint-1"));
    Files.writeString(savepoint.resolve("_metadata"), "");
    return savepoint;
  }

  private int submitFrom(Path savepoint, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of("submit", pipeline, "--definitions", my.toString(), "--from", "" + savepoint));
    arguments.addAll(List.of(more));
    return run(arguments.toArray(String[]::new));
  }

  @Test
  void anEditThatIsRefusedStartsNothingAndLeavesTheStoredCopy() throws IOException {
    run("submit", pipeline, "--definitions", my.toString());
    run("stop", "city", "--savepoint");
    platform.calls.clear();
    Files.writeString(my.resolve("pipeline.yaml"), PIPELINE + "# edited\n");
    platform.refusedEdit = "view fares: window was 1m and is now 5m.";
    assertThat(submitFrom(savepoint())).isEqualTo(1);
    assertThat(err.toString()).contains("does not fit", "view fares: window was 1m and is now 5m.");
    assertThat(platform.calls).containsExactly("broker closed");
    assertThat(folder.resolve("home/submitted/city/.files/pipeline.yaml")).hasContent(PIPELINE);
    assertThat(run("restore", "city")).isEqualTo(1);
    assertThat(platform.calls).doesNotContain("run anew");
  }

  @Test
  void anEditThatFitsIsToldAndStored() throws IOException {
    run("submit", pipeline, "--definitions", my.toString());
    run("stop", "city", "--savepoint");
    Files.writeString(my.resolve("pipeline.yaml"), PIPELINE + "# edited\n");
    assertThat(submitFrom(savepoint(), "--restart-view", "a", "--restart-view", "b")).isZero();
    assertThat(err.toString()).contains("view fares is gone");
    assertThat(platform.calls).contains("compare city [a, b]", "run " + savepoint());
    assertThat(folder.resolve("home/submitted/city/.files/pipeline.yaml"))
        .hasContent(PIPELINE + "# edited\n");
    run("stop", "city", "--savepoint");
    assertThat(run("submit", pipeline, "--definitions", my.toString(), "--restart-view", "a"))
        .isEqualTo(1);
    assertThat(err.toString()).contains("--restart-view is for starts from a savepoint");
  }

  private void addView() throws IOException {
    String view =
        """
        gold:
          fares:
            from: trips
            key: [id]
            running: true
            aggregate: {total: "sum(fare)"}
            sinks: [redis, jdbc]
        connections:
          redis: {uri: "${SLUICE_REDIS}", keyPrefix: "a:"}
          jdbc: {url: "${SLUICE_JDBC}"}
        """;
    Files.writeString(
        my.resolve("pipeline.yaml"),
        PIPELINE.replace("connections:\n", view.stripTrailing() + "\n"));
  }

  @Test
  void submitDoesNotNeedTheStoresThatTheJobWaitsFor() throws IOException {
    addView();
    platform.silent.addAll(List.of(Store.Kind.REDIS, Store.Kind.POSTGRESQL));
    assertThat(run("submit", pipeline, "--definitions", my.toString())).isZero();
    assertThat(err.toString())
        .containsOnlyOnce("  redis cannot be asked: it is away: another one in its place")
        .containsOnlyOnce("  postgresql cannot be asked: it is away: another one in its place")
        .contains("'sluice status' shows");
    assertThat(platform.kept).containsOnlyKeys(new Store(Store.Kind.REGISTRY, "trips"));
    run("stop", "city", "--savepoint");
    assertThat(run("restore", "city", "--from", "" + savepoint())).isZero();
  }

  @Test
  void submitRefusesAcceptedStoresWithoutASavepoint() {
    assertThat(run("submit", pipeline, "--definitions", my.toString(), "--accept-new", "redis"))
        .isEqualTo(1);
    assertThat(err.toString()).contains("--accept-new is for starts from a savepoint");
    assertThat(platform.calls).containsExactly("broker closed");
  }

  @Test
  void submitGoesOnOnlyBesideTheStoresOfTheSavepoint() throws IOException {
    addView();
    assertThat(run("submit", pipeline, "--definitions", my.toString())).isZero();
    run("stop", "city", "--savepoint");
    assertThat(submitFrom(savepoint())).isZero();
    run("stop", "city", "--savepoint");

    platform.marks.clear();
    platform.schemas.put(1, "something else");
    platform.calls.clear();
    assertThat(submitFrom(savepoint())).isEqualTo(1);
    assertThat(err.toString())
        .contains(
            "dataset trips: the schema registry has another one",
            "view fares: Redis no longer holds the view",
            "view fares: PostgreSQL no longer holds the view",
            "--restart-view fares",
            "--accept-new redis");
    assertThat(platform.calls)
        .endsWith("views closed", "broker closed")
        .doesNotContain("upload sluice-job.jar");
    assertThat(platform.marks).isEmpty();

    assertThat(submitFrom(savepoint(), "--accept-new", "redis", "--accept-new=postgresql"))
        .isEqualTo(1);
    assertThat(submitFrom(savepoint(), "--accept-new=registers")).isEqualTo(2);
    assertThat(run("restore", "city", "--from", "" + savepoint())).isEqualTo(1);
    assertThat(
            run(
                "restore",
                "city",
                "--from=" + savepoint(),
                "--accept-new=redis",
                "--accept-new=postgresql",
                "--accept-new=registry"))
        .isZero();
    assertThat(err.toString())
        .contains(
            "view fares: Redis is another one or lost the view; accepted: rows appear",
            "dataset trips: the schema registry is another one or lost the schema; accepted");
    run("stop", "city", "--savepoint");
    assertThat(submitFrom(savepoint())).isZero();
  }

  @Test
  void aJobThatCannotStartIsNotLeftBehindNorStored() throws IOException {
    run("submit", pipeline, "--definitions", my.toString());
    run("stop", "city", "--savepoint");
    Files.writeString(my.resolve("pipeline.yaml"), PIPELINE + "# edited\n");
    platform.startState = "FAILED";
    assertThat(submitFrom(savepoint())).isEqualTo(1);
    assertThat(err.toString())
        .contains("city did not start; its job job2 (FAILED) is not left running: it broke");
    assertThat(folder.resolve("home/submitted/city/.files/pipeline.yaml")).hasContent(PIPELINE);
    assertThat(platform.jobs.values()).noneMatch(Cluster.Job::active);
  }

  @Test
  void savepointPrintsThePath() {
    run("submit", pipeline, "--definitions", my.toString());
    out.getBuffer().setLength(0);
    assertThat(run("savepoint", "city")).isZero();
    assertThat(out.toString().strip())
        .isEqualTo(folder.resolve("home/savepoints/city/savepoint-1").toString());
  }
}
