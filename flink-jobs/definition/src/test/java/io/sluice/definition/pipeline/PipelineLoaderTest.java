package io.sluice.definition.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.definition.model.Contract;
import io.sluice.definition.model.DefinitionException;
import io.sluice.definition.model.Expectation;
import io.sluice.definition.model.Expectation.Action;
import io.sluice.definition.model.Expectation.Check;
import io.sluice.definition.model.Pipeline;
import io.sluice.definition.model.Run;
import io.sluice.definition.model.Run.Checkpoint;
import io.sluice.definition.yaml.Variables;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the loader's entry points give for files that are right, and for files on their own. */
class PipelineLoaderTest {
  private static final Path FIXTURE = Path.of("src", "test", "resources", "specs", "fixture");

  @TempDir Path folder;

  @BeforeEach
  void copyFixture() throws IOException {
    for (String name : List.of("pipeline.yaml", "trips.avsc", "trips.odcs.yaml")) {
      Files.copy(FIXTURE.resolve(name), folder.resolve(name));
    }
  }

  @Test
  void howAJobRunsFollowsTheProfileUnlessSaid() throws IOException {
    assertThat(run("")).isEqualTo(Run.defaults());
    assertThat(run("run: {profile: throughput}").checkpoint())
        .isEqualTo(
            new Checkpoint(Duration.ofSeconds(10), Duration.ofSeconds(5), Duration.ofMinutes(2)));
    Run said =
        run(
            "run: {profile: throughput, parallelism: 4, maxParallelism: 720, checkpoint: {interval: 30s, timeout: 5m}, restartBudget: 1h}");
    assertThat(said)
        .isEqualTo(
            new Run(
                OptionalInt.of(4),
                720,
                new Checkpoint(
                    Duration.ofSeconds(30), Duration.ofSeconds(15), Duration.ofMinutes(5)),
                Duration.ofHours(1)));
    assertThat(run("run: {checkpoint: {minPause: 0s}}").checkpoint())
        .isEqualTo(new Checkpoint(Duration.ofSeconds(1), Duration.ZERO, Duration.ofMinutes(2)));
  }

  @Test
  void ecoCommitsOnceAMinuteDuringABacklogWhateverTheIntervalIs() throws IOException {
    Duration minute = Duration.ofMinutes(1);
    Checkpoint eco = run("run: {profile: eco}").checkpoint();
    assertThat(eco.interval()).isEqualTo(Duration.ofSeconds(1));
    assertThat(eco.backlogInterval()).isEqualTo(minute);
    assertThat(run("run: {profile: eco, checkpoint: {interval: 100ms, timeout: 5m}}").checkpoint())
        .isEqualTo(
            new Checkpoint(
                Duration.ofMillis(100), Duration.ofMillis(50), Duration.ofMinutes(5), minute));
    assertThat(
            run("run: {profile: eco, checkpoint: {interval: 1h}}").checkpoint().backlogInterval())
        .isEqualTo(Duration.ofHours(1));
  }

  /** By the keys and in the writing of Flink, whatever the order. */
  @Test
  void settingsOfFlinkAreKeptAsFlinkWritesThem() throws IOException {
    assertThat(
            run("""
                    run:
                      flink:
                        state.backend.rocksdb.writebuffer.size: 32mb
                        state.backend.rocksdb.thread.num: 4
                        execution.buffer-timeout.interval: 20ms
                    """)
                .flink())
        .containsExactly(
            Map.entry("execution.buffer-timeout.interval", "20 ms"),
            Map.entry("state.backend.rocksdb.thread.num", "4"),
            Map.entry("state.backend.rocksdb.writebuffer.size", "32mb"));
    assertThat(run("run: {}").flink()).isEmpty();
  }

  private Run run(String block) throws IOException {
    String fixture = Files.readString(FIXTURE.resolve("pipeline.yaml"));
    Path file = Files.writeString(folder.resolve("run.yaml"), fixture + block + "\n");
    return PipelineLoader.load(file, FIXTURE).run();
  }

  @Test
  void readsEveryKindOfRule() throws IOException {
    write(
        "trips.odcs.yaml",
        """
        apiVersion: v3.1.0
        kind: DataContract
        id: trips
        version: 1.2.3
        status: draft
        schema:
          - name: trips
            properties:
              - name: trip_id
                primaryKey: true
                primaryKeyPosition: 2
                logicalTypeOptions: {minLength: 1, maxLength: 9, pattern: "[a-z]+", format: uuid}
              - name: day
                primaryKey: true
                primaryKeyPosition: 1
              - name: fare
                logicalType: number
                logicalTypeOptions: {exclusiveMinimum: 0, maximum: 1.5e+3}
              - name: city
                quality:
                  - {metric: nullValues, mustBe: 0, severity: warning}
                  - {name: spelt, metric: invalidValues, mustBe: 0, severity: info, arguments: {pattern: "[A-Z].*"}}
              - name: kind
                quality:
                  - metric: invalidValues
                    mustBe: 0
                    arguments: {validValues: [TAXI]}
                    customProperties: [{property: sluice.action, value: fail}]
              - name: shared
                quality: [{metric: invalidValues, mustBe: 0, arguments: {validValues: [true]}}]
        slaProperties:
          - {property: freshness, value: 1.5, unit: hours, element: "trips.started, trips.ended"}
        """);

    Contract contract = PipelineLoader.loadContract(folder.resolve("trips.odcs.yaml"));

    assertThat(contract.primaryKey()).containsExactly("day", "trip_id");
    Check.Freshness fresh = new Check.Freshness(Duration.ofMinutes(90));
    assertThat(contract.expectations())
        .containsExactly(
            rule("minLength:trip_id", "trip_id", new Check.MinLength(1)),
            rule("maxLength:trip_id", "trip_id", new Check.MaxLength(9)),
            rule("pattern:trip_id", "trip_id", new Check.Pattern("[a-z]+")),
            rule("exclusiveMinimum:fare", "fare", new Check.Minimum(BigDecimal.ZERO, true)),
            rule("maximum:fare", "fare", new Check.Maximum(new BigDecimal("1.5e3"), false)),
            new Expectation("nullValues:city", "city", new Check.Required(), Action.WARN),
            new Expectation("spelt", "city", new Check.Pattern("[A-Z].*"), Action.COUNT),
            new Expectation(
                "invalidValues:kind", "kind", new Check.ValidValues(Set.of("TAXI")), Action.FAIL),
            rule("invalidValues:shared", "shared", new Check.ValidValues(Set.of("true"))),
            rule("freshness:started", "started", fresh),
            rule("freshness:ended", "ended", fresh));
  }

  @Test
  void silverGoldAndBronzeMayBeLeftOut() throws IOException {
    write(
        "pipeline.yaml",
        """
        apiVersion: sluice/v1
        kind: Pipeline
        name: city
        sources:
          trips: {topic: t, format: confluent-avro, eventTime: {field: started}}
        connections:
          kafka: {bootstrapServers: "localhost:9092"}
          registry: {url: "${R}"}
          lake: {root: "${L}"}
        """);

    Pipeline pipeline = PipelineLoader.load(folder.resolve("pipeline.yaml"), folder);

    assertThat(pipeline.bronze().partitionBy()).containsExactly("ingestion_date");
    assertThat(pipeline.gold()).isEmpty();
    assertThat(pipeline.silver().get("trips"))
        .isEqualTo(
            new Pipeline.Silver(
                "trips",
                List.of(),
                Optional.empty(),
                new Pipeline.Write(List.of(), Optional.empty(), Pipeline.SchemaChanges.EVOLVE)));
    assertThat(pipeline.sources().get("trips").eventTime())
        .isEqualTo(
            new Pipeline.EventTime(
                "started", Duration.ofSeconds(5), Duration.ofSeconds(30), Duration.ofDays(1)));
    assertThat(pipeline.connections().redis()).isEmpty();
  }

  @Test
  void domainIsTheNameOfTheFolder() throws IOException {
    Path odd = Files.createDirectory(folder.resolve("7 seas.x"));
    for (String name : List.of("trips.avsc", "trips.odcs.yaml")) {
      Files.move(folder.resolve(name), odd.resolve(name));
    }
    assertThat(PipelineLoader.loadDataset("trips", folder).domain()).isEqualTo("_7_seas_x");
  }

  @Test
  void validatesFilesOfEveryKindAndReportsThemTogether() throws IOException {
    write("trips.avsc", Files.readString(folder.resolve("trips.avsc")).replace("double", "null"));
    write("note.txt", "");
    List<Path> files =
        List.of(
            folder.resolve("pipeline.yaml"),
            folder.resolve("trips.odcs.yaml"),
            folder.resolve("trips.avsc"),
            folder.resolve("note.txt"),
            folder.resolve("gone.odcs.yaml"));

    assertThat(PipelineLoader.validate(files, file -> folder, Variables.own()))
        .extracting(problem -> Path.of(problem.file()).getFileName() + ": " + problem.message())
        .containsExactly(
            "gone.odcs.yaml: there is no such file",
            "note.txt: is none of a pipeline (.yaml), a contract (.odcs.yaml) or a schema (.avsc)",
            "trips.avsc: the type null alone holds no value. Use [\"null\", T].");
  }

  @Test
  void namesFilesOfADatasetThatStandAloneOnce() throws IOException {
    Files.move(folder.resolve("trips.avsc"), folder.resolve("trip.avsc"));
    Files.copy(FIXTURE.resolve("trips.avsc"), folder.resolve("boats.avsc"));
    write("tolls.odcs.yaml", Files.readString(folder.resolve("trips.odcs.yaml")));

    assertThat(validate("boats.avsc", "trip.avsc", "trips.odcs.yaml"))
        .containsExactly(
            "boats.avsc: the dataset 'boats' has a schema but no contract. Write boats.odcs.yaml beside it.",
            "trips.odcs.yaml: the dataset 'trips' has a contract but no schema. Did you mean 'trip', as in trip.avsc?");
    assertThat(validate("tolls.odcs.yaml"))
        .contains(
            "tolls.odcs.yaml: the dataset 'tolls' has a contract but no schema. Write tolls.avsc beside it.");
  }

  @Test
  void namesContractsAndSchemasUnderWrongNames() throws IOException {
    Files.move(folder.resolve("trips.odcs.yaml"), folder.resolve("trips.odcs.yml"));
    Files.move(folder.resolve("trips.avsc"), folder.resolve("trips.AVSC"));
    write("contract.yaml", Files.readString(folder.resolve("trips.odcs.yml")));

    assertThat(validate("trips.odcs.yml", "trips.AVSC", "contract.yaml"))
        .containsExactly(
            "contract.yaml: is a contract, but is not named <dataset>.odcs.yaml. Rename it.",
            "trips.AVSC: is a schema, but is not named <dataset>.avsc. Rename it.",
            "trips.odcs.yml: is a contract, but is not named <dataset>.odcs.yaml. Rename it.");
  }

  private List<String> validate(String... names) {
    List<Path> files = Stream.of(names).map(folder::resolve).toList();
    return PipelineLoader.validate(files, file -> folder, Variables.own()).stream()
        .map(problem -> Path.of(problem.file()).getFileName() + ": " + problem.message())
        .toList();
  }

  @Test
  void namesTheNearestDataset() {
    assertThatThrownBy(() -> PipelineLoader.loadDataset("tripps", folder))
        .isInstanceOf(DefinitionException.class)
        .hasMessageContaining("unknown dataset 'tripps'")
        .hasMessageEndingWith("Known: trips. Did you mean 'trips'?");
    assertThatThrownBy(() -> PipelineLoader.loadDataset("trips", folder.resolve("nowhere")))
        .hasMessageContaining("is not a folder")
        .hasMessageNotContaining("unknown dataset");
  }

  @Test
  void showsAllProblemsInOneMessage() throws IOException {
    write("pipeline.yaml", "apiVersion: sluice/v1\nkind: Pipeline\n");
    assertThatThrownBy(() -> PipelineLoader.load(folder.resolve("pipeline.yaml"), folder))
        .hasMessageStartingWith("3 problems in the definitions:\n  ")
        .hasMessageContaining("pipeline.yaml:1:1: the key 'connections' is missing\n");
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(folder.resolve(name), text);
  }

  private static Expectation rule(String rule, String column, Check check) {
    return new Expectation(rule, column, check, Action.QUARANTINE);
  }
}
