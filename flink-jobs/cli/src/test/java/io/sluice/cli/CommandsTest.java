package io.sluice.cli;

import static io.sluice.cli.TestingCommands.PIPELINE;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.cli.platform.Cluster;
import io.sluice.cli.text.CliContext;
import io.sluice.definition.edit.Store;
import io.sluice.definition.yaml.Variables;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands over systems in memory and a pipeline that the repository does not ship. */
class CommandsTest {
  @TempDir private Path folder;
  private final TestingPlatform platform = new TestingPlatform();
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private Path my;
  private String pipeline;

  @BeforeEach
  void writeDefinitions() throws IOException {
    my = TestingCommands.writeDefinitions(folder);
    pipeline = my.resolve("pipeline.yaml").toString();
  }

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
    assertThat(folder.resolve("home/submitted")).doesNotExist();
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

  @Test
  void produceFindsTheTopicAndReportsBadLines() throws IOException {
    Path file = folder.resolve("trips.csv");
    Files.writeString(file, "id,at,fare,extra\na,1,2.5,x\nb,1,much,x\n,2,3,x\n");
    assertThat(produce(file)).isEqualTo(1);
    assertThat(platform.calls)
        .containsExactly(
            "topic city.trips.v1 4",
            "broker closed",
            "schema city.trips.v1-value",
            "send city.trips.v1 a",
            "send city.trips.v1 null",
            "producer closed");
    assertThat(out.toString()).isEqualTo("produced 2, bad 1 (topic city.trips.v1)\n");
    assertThat(err.toString())
        .contains("trips.csv, line 3: fare: \"much\" is not a double")
        .contains("the column extra is not in the schema");
    assertThat(produce(file, "--max-bad", "1")).isZero();
    assertThat(produce(file, "--max-bad", "0")).isEqualTo(1);
    assertThat(err.toString()).contains("Stopped after line 3: more than 0 bad lines (--max-bad).");
  }

  @Test
  void produceChecksWithoutServers() throws IOException {
    platform.up = false;
    Path file = folder.resolve("trips.csv");
    Path bad = folder.resolve("bad.csv");
    Files.writeString(file, "id,at,fare\na,1,2.5\nb,1,mu\u001bch\n");
    assertThat(produce(file, "--dry-run", "--bad", bad.toString())).isEqualTo(1);
    assertThat(platform.calls).isEmpty();
    assertThat(out.toString()).isEqualTo("good 1, bad 1; nothing was sent (--dry-run)\n");
    assertThat(err.toString()).contains("fare: \"mu\\u001bch\" is not a double");
    assertThat(Files.readString(bad)).isEqualTo("id,at,fare\nb,1,mu\u001bch\n");
    Files.writeString(file, "id,at,fare\na,1,2.5\n");
    assertThat(produce(file, "--dry-run")).isZero();
  }

  @Test
  void produceReadsTheFormatsOfPeople() throws IOException {
    Path file = folder.resolve("trips.csv");
    Files.writeString(file, "Id;When;Fare\na;1/31/2026 8:05;1.234,5\n");
    String[] options = {
      "--delimiter=;",
      "--map=Id=id",
      "--map=When=at",
      "--map=Fare=fare",
      "--format=at=M/d/yyyy H:mm",
      "--zone=Europe/Berlin",
      "--decimal-comma",
      "--thousands=."
    };
    assertThat(produce(file, options)).isZero();
    assertThat(out.toString()).isEqualTo("produced 1, bad 0 (topic city.trips.v1)\n");
  }

  @Test
  void produceNamesOptionsThatCannotBe() throws IOException {
    Path file = folder.resolve("trips.csv");
    Files.writeString(file, "id,at,fare\na,1,2.5\n");
    assertThat(produce(file, "--map=Id=idd")).isEqualTo(2);
    assertThat(produce(file, "--map=ids=id")).isEqualTo(1);
    assertThat(produce(file, "--format=fare=M/d/yyyy")).isEqualTo(2);
    assertThat(produce(file, "--format=at=YYYY-MM-dd")).isEqualTo(2);
    assertThat(produce(file, "--format=at=qqqqqq{")).isEqualTo(2);
    assertThat(produce(file, "--zone=Europe/Berlim")).isEqualTo(2);
    assertThat(produce(file, "--thousands=x")).isEqualTo(2);
    assertThat(produce(file, "--thousands=,", "--decimal-comma")).isEqualTo(2);
    assertThat(produce(file, "--delimiter=ab")).isEqualTo(2);
    assertThat(produce(file, "--max-bad=-1")).isEqualTo(2);
    assertThat(err.toString())
        .contains("--map Id=idd: the schema of trips has no field idd. Did you mean 'id'?")
        .contains("line 1 names no column ids. Did you mean 'id'? It names: id, at, fare")
        .contains("--format fare: the field is neither a date nor a time (those are: at).")
        .contains("the pattern YYYY-MM-dd does not give a timestamp-millis")
        .contains("Did you mean 'Europe/Berlin'?");
  }

  private int produce(Path file, String... options) {
    List<String> arguments =
        new ArrayList<>(
            List.of("produce", "trips", "--definitions", my.toString(), "--file", file.toString()));
    arguments.addAll(List.of(options));
    return run(arguments.toArray(String[]::new));
  }

  @Test
  void produceKnowsSubmittedPipelines() throws IOException {
    run("submit", pipeline, "--definitions", my.toString());
    Path file = folder.resolve("trips.jsonl");
    Files.writeString(file, "{\"id\": 1}\n");
    assertThat(run("produce", "trips", "--file", file.toString(), "--json")).isEqualTo(1);
    assertThat(out.toString()).contains("\"produced\" : 0", "\"bad\" : 1", "\"line\" : 1");
    assertThat(run("produce", "planes", "--file", file.toString())).isEqualTo(1);
    assertThat(err.toString()).contains("No pipeline has a source planes (known: trips)");
    assertThat(run("produce", "trips", "--file", "missing.csv")).isEqualTo(1);
    assertThat(err.toString()).contains("There is no file missing.csv.");
  }

  /** Not a problem of a shipped pipeline, whose datasets are not in that folder. */
  @Test
  void produceNamesADatasetThatTheFolderLacks() throws IOException {
    Path file = folder.resolve("trips.jsonl");
    Files.writeString(file, "{\"id\": 1}\n");
    assertThat(run("produce", "tripps", "--definitions", my.toString(), "--file", file.toString()))
        .isEqualTo(1);
    assertThat(err.toString())
        .contains("unknown dataset 'tripps': no tripps.avsc in " + my, "Did you mean 'trips'?")
        .doesNotContain("trades");
  }

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
        .containsPattern("city +job1 +RUNNING +\\d+ d \\d+ h +7 at 1970-01-01T00:00:00Z")
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
    assertThat(out.toString()).containsPattern("city +job1 +INITIALIZING +\\d+ d \\d+ h +none");
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
  void theHomeOfTheEnvironmentIsUsedUnlessTheOptionNamesAnother() {
    Path named = folder.resolve("named");
    CliContext context = new CliContext(folder, false, Optional.of(named), Variables.own());
    assertThat(execute(context, "status")).isZero();
    assertThat(out.toString()).startsWith("home: " + named + System.lineSeparator());
    out.getBuffer().setLength(0);
    assertThat(execute(context, "status", "--home", folder.resolve("other") + "/")).isZero();
    assertThat(out.toString())
        .startsWith("home: " + folder.resolve("other") + System.lineSeparator());
  }

  private int run(String... arguments) {
    String[] all = new String[arguments.length + 2];
    System.arraycopy(arguments, 0, all, 0, arguments.length);
    all[arguments.length] = "--home";
    all[arguments.length + 1] = folder.resolve("home").toString();
    return execute(new CliContext(folder, false), all);
  }

  private int execute(CliContext context, String... arguments) {
    return Main.commandLine(context, platform, log -> {})
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }
}
