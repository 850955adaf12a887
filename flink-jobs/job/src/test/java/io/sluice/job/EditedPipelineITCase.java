package io.sluice.job;

import static io.sluice.job.EditedOrders.RECORDS;
import static io.sluice.job.EditedOrders.allWindows;
import static io.sluice.job.EditedOrders.order;
import static io.sluice.job.EditedOrders.repeats;
import static io.sluice.job.EditedOrders.twice;
import static io.sluice.job.EditedOrders.windows;
import static io.sluice.job.EditedTables.RUNNING_VIEW;
import static io.sluice.job.EditedTables.WINDOW_VIEW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.definition.edit.EditRefusedException;
import io.sluice.definition.edit.Edits;
import io.sluice.definition.model.Pipeline;
import io.sluice.definition.pipeline.PipelineLoader;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.flink.api.connector.source.lib.NumberSequenceSource.NumberSequenceSplit;
import org.apache.flink.api.connector.source.util.ratelimit.RateLimiter;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.data.RowData;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.flink.util.ExceptionUtils;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A pipeline that was stopped with a savepoint and goes on from it with an edited file. Every table
 * and store is compared with a computation over the records; an edit that cannot be kept exactly is
 * refused before a job starts.
 */
class EditedPipelineITCase {
  private static final Path DEFINITIONS = Path.of("src/test/resources/orders");

  /** Where the savepoint is, in the middle of a minute. */
  private static final int CUT = 500;

  private static final AtomicInteger MADE = new AtomicInteger();

  @RegisterExtension
  static final MiniClusterExtension CLUSTER =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder()
              .setNumberTaskManagers(1)
              .setNumberSlotsPerTaskManager(2)
              .build());

  @TempDir static Path folder;

  private static Path lake;
  private static EditedTables tables;
  private static String savepoint;

  @BeforeAll
  static void stopWithSavepoint() throws Exception {
    lake = folder.resolve("lake");
    tables = new EditedTables(lake);
    TestingEdges.SERVED.clear();
    Configuration configuration = JobSettings.defaults(1).configuration();
    savepoint = stopped(configuration, Edits.none(pipeline("", "")), CUT);
    assertThat(TestingEdges.SERVED)
        .contains(
            "redis total_by_shop shop=shop-0 total=%s _version=150".formatted(twice(0, 0, CUT)));
    copy(lake, folder.resolve("lake.before"));
  }

  /** Nothing of a test's job stays behind for the next one. */
  @BeforeEach
  void takeBackTheLake() throws IOException {
    TestingEdges.SERVED.clear();
    copy(folder.resolve("lake.before"), lake);
  }

  @AfterAll
  static void serveNobody() {
    TestingEdges.SERVED.clear();
  }

  private static void copy(Path from, Path to) throws IOException {
    if (Files.exists(to)) {
      try (Stream<Path> old = Files.walk(to)) {
        for (Path path : old.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
    try (Stream<Path> all = Files.walk(from)) {
      for (Path path : all.toList()) {
        Files.copy(path, to.resolve(from.relativize(path).toString()));
      }
    }
  }

  /** The pipeline of the savepoint with one piece of its text replaced. */
  private static Pipeline pipeline(String was, String is) throws IOException {
    return pipeline(Map.of(was, is));
  }

  private static Pipeline pipeline(Map<String, String> replacements) throws IOException {
    String text = Files.readString(DEFINITIONS.resolve("orders.yaml"));
    for (Map.Entry<String, String> replacement : replacements.entrySet()) {
      assertThat(text).contains(replacement.getKey());
      text = text.replace(replacement.getKey(), replacement.getValue());
    }
    Path file = Files.createDirectories(folder.resolve("definitions")).resolve("orders.yaml");
    Files.writeString(file, text);
    return PipelineLoader.load(file, DEFINITIONS);
  }

  private static Configuration fromSavepoint(String path) {
    Configuration configuration = JobSettings.defaults(1).configuration();
    // Unlike Kafka, the source of this test ends.
    configuration.set(CheckpointingOptions.ENABLE_CHECKPOINTS_AFTER_TASKS_FINISH, true);
    configuration.set(StateRecoveryOptions.SAVEPOINT_PATH, path);
    return configuration;
  }

  /** Lets so many records pass, counted from the start of the job. */
  private record Gate(AtomicInteger left) implements RateLimiter<NumberSequenceSplit> {
    @Override
    public CompletionStage<Void> acquire(int records) {
      return left.addAndGet(-records) >= 0
          ? CompletableFuture.completedFuture(null)
          : new CompletableFuture<>();
    }
  }

  /** Runs a job up to some record and stops it with a savepoint. */
  private static String stopped(Configuration configuration, Edits edits, int records)
      throws Exception {
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.getExecutionEnvironment(configuration);
    env.setParallelism(1);
    MADE.set(0);
    new PipelineJob(
            env,
            edits,
            new TestingEdges(
                edits.pipeline(),
                lake.toString(),
                EditedPipelineITCase::counted,
                RECORDS,
                parallelism -> new Gate(new AtomicInteger(records))))
        .define();
    JobClient job = env.executeAsync("orders");
    while (MADE.get() < records && !job.getJobStatus().get().isTerminalState()) {
      Thread.onSpinWait();
    }
    try {
      return savepointOf(job);
    } finally {
      if (!job.getJobStatus().get().isTerminalState()) {
        job.cancel().get();
      }
    }
  }

  /** Tasks that have had no record yet may still be starting: then it is tried again. */
  private static String savepointOf(JobClient job) throws Exception {
    while (true) {
      try {
        return job.stopWithSavepoint(
                false,
                folder.resolve("savepoints").toUri().toString(),
                SavepointFormatType.CANONICAL)
            .get(60, TimeUnit.SECONDS);
      } catch (ExecutionException e) {
        if (!ExceptionUtils.stringifyException(e).contains("required tasks")) {
          throw e;
        }
      }
    }
  }

  private static RowData counted(long index) {
    MADE.incrementAndGet();
    return order(index);
  }

  /** Runs an edited pipeline from the savepoint to the last record. */
  private static Edits finish(Pipeline pipeline, String... restart) throws Exception {
    return finish(fromSavepoint(savepoint), 1, pipeline, restart);
  }

  private static Edits finish(
      Configuration configuration, int parallelism, Pipeline pipeline, String... restart)
      throws Exception {
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.getExecutionEnvironment(configuration);
    env.setParallelism(parallelism);
    Edits edits = Main.edits(env, pipeline, List.of(restart), Map.of());
    new PipelineJob(
            env, edits, new TestingEdges(pipeline, lake.toString(), EditedOrders::order, RECORDS))
        .define();
    env.execute("orders");
    return edits;
  }

  @Test
  void whatIsNotEditedGoesOnExactly() throws Exception {
    assertThat(finish(pipeline("", "")).notes()).isEmpty();
    tables.checkAll();
  }

  @Test
  void editsThatNoStateDependsOnGoOnExactly() throws Exception {
    Edits edits =
        finish(
            pipeline(
                Map.of(
                    "maxOutOfOrderness: 5s, idleness: 30s",
                    "maxOutOfOrderness: 9s, idleness: 10s",
                    "derive: {twice: \"amount * 2\"}",
                    "derive: {day: \"date(ts)\", twice: \"amount * 2\"}",
                    "retain: 24h",
                    "retain: 48h",
                    "total: \"sum(amount)\", orders: \"count()\"",
                    "orders: \"count()\", total: \"sum(amount)\"")));
    assertThat(edits.notes()).singleElement().asString().contains("for 2d, was 1d");
    tables.checkAll();
  }

  @Test
  void anotherParallelismChangesNothing() throws Exception {
    finish(fromSavepoint(savepoint), 2, pipeline("", ""));
    tables.checkAll();
  }

  @Test
  void aNewWindowViewCountsWholeWindowsOnly() throws Exception {
    Edits edits =
        finish(
            pipeline(
                "gold:\n",
                "gold:\n  by_shop_2m: {from: orders, key: [shop], window: {tumbling: 2m}, aggregate: {total: sum(amount), orders: count()}, sinks: [delta]}\n"));
    assertThat(edits.notes())
        .containsExactly(
            "view by_shop_2m is new: it counts from the savepoint on; its first window begins at 1970-01-01T00:10:00Z, as windows before it would lack events");
    assertThat(tables.gold("by_shop_2m", "total", "orders", 120))
        .isEqualTo(windows(120, CUT, index -> !repeats(index)));
    tables.checkAll();
  }

  @Test
  void aNewRunningViewCountsFromTheSavepointOn() throws Exception {
    finish(
        pipeline(
            "gold:\n",
            "gold:\n  twice_by_shop: {from: orders, key: [shop], running: true, aggregate: {total: sum(twice)}, sinks: [jdbc]}\n"));
    assertThat(EditedTables.lastServed("jdbc twice_by_shop shop=shop-1"))
        .contains(" total=%s ".formatted(twice(1, CUT, RECORDS)));
    tables.checkAll();
  }

  @Test
  void theStateOfAViewThatIsGoneIsLeftOut() throws Exception {
    Edits edits = finish(withoutRunningView());
    assertThat(edits.notes()).singleElement().asString().startsWith("view total_by_shop is gone");
    tables.checkSilver();
    tables.checkWindowView();
    assertThat(TestingEdges.SERVED).noneMatch(text -> text.startsWith("redis"));
  }

  private static Pipeline withoutRunningView() throws IOException {
    String text = Files.readString(DEFINITIONS.resolve("orders.yaml"));
    int from = text.indexOf("  total_by_shop:");
    return pipeline(text.substring(from, text.indexOf("connections:")), "");
  }

  @Test
  void aViewThatComesBackBeginsAnewAboveItsFormerVersions() throws Exception {
    Configuration first = fromSavepoint(savepoint);
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment(first);
    Edits without = Main.edits(env, withoutRunningView(), List.of(), Map.of());
    first.set(StateRecoveryOptions.SAVEPOINT_IGNORE_UNCLAIMED_STATE, true);
    String second = stopped(first, without, 200);

    Edits edits = finish(fromSavepoint(second), 1, pipeline("", ""));
    assertThat(edits.begun()).containsExactly(RUNNING_VIEW);
    assertThat(EditedTables.lastServed("redis total_by_shop shop=shop-2"))
        .endsWith(" total=%s _version=%d".formatted(twice(2, CUT + 200, RECORDS), (1L << 40) + 90));
    tables.checkSilver();
    tables.checkWindowView();
  }

  @Test
  void aLongerWindowBeginsAnewWhenToldTo() throws Exception {
    Edits edits = finish(pipeline("tumbling: 1m", "tumbling: 5m"), WINDOW_VIEW);
    assertThat(edits.notes()).singleElement().asString().contains("begins anew", "00:10:00Z");
    assertThat(tables.gold(WINDOW_VIEW, "total", "orders", 300))
        .isEqualTo(windows(300, CUT, index -> !repeats(index)));
    // Minutes that were final before the savepoint stay; those that were open are left out.
    assertThat(allWindows().entrySet())
        .containsAll(tables.gold(WINDOW_VIEW, "total", "orders", 60).entrySet());
    long inTable =
        tables.rows("gold/" + WINDOW_VIEW).stream()
            .mapToLong(row -> (Long) row.get("orders"))
            .sum();
    assertThat(inTable).as("some were in open windows").isLessThan(900 - 90);
    tables.checkView(WINDOW_VIEW, 900, 900 - inTable, inTable, 0);
    tables.checkSilver();
    tables.checkRunningView();
  }

  @Test
  void anotherArgumentBeginsAnewWhenToldTo() throws Exception {
    finish(pipeline("sum(twice)", "sum(amount)"), RUNNING_VIEW);
    BigDecimal half = twice(0, CUT, RECORDS).divide(BigDecimal.valueOf(2));
    assertThat(EditedTables.lastServed("redis total_by_shop shop=shop-0"))
        .endsWith(" total=%s _version=%d".formatted(half, (1L << 40) + 150));
    tables.checkSilver();
    tables.checkWindowView();
  }

  @Test
  void theMemoryOfKeysCanGo() throws Exception {
    Edits edits = finish(pipeline("    deduplicate: {by: [id], retain: 24h}\n", ""));
    assertThat(edits.notes())
        .singleElement()
        .asString()
        .startsWith("deduplicate of orders is gone");
    assertThat(tables.rows("silver/orders")).hasSize(450 + 500);
    assertThat(tables.gold(WINDOW_VIEW, "total", "orders", 60))
        .isEqualTo(windows(60, 0, index -> index >= CUT || !repeats(index)));
    tables.checkLedger();
  }

  @Test
  void sinksComeAndGo() throws Exception {
    Edits edits =
        finish(
            pipeline(Map.of("[delta, jdbc]", "[jdbc]", "sinks: [redis]", "sinks: [redis, jdbc]")));
    assertThat(edits.notes())
        .hasSize(2)
        .anyMatch(note -> note.startsWith("view by_shop_1m no longer writes to delta"))
        .anyMatch(note -> note.startsWith("view total_by_shop writes to jdbc from the savepoint"));
    tables.checkSilver();
    tables.checkJdbc(WINDOW_VIEW);
    tables.checkRunningView();
    assertThat(EditedTables.lastServed("jdbc total_by_shop shop=shop-0"))
        .endsWith(" total=%s _version=300".formatted(twice(0, 0, RECORDS)));
  }

  @ParameterizedTest(name = "{0} -> {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          tumbling: 1m | tumbling: 5m | view by_shop_1m: window was 1m and is now 5m. Change it back, give the edited view another name, or begin it anew from the savepoint with --restart-view by_shop_1m.
          allowedLateness: 10s | allowedLateness: 20s | view by_shop_1m: allowedLateness was 10s and is now 20s.
          orders: "count()" | orders: "count()", most: "max(amount)" | view by_shop_1m: aggregate most is new
          sum(twice) | sum(amount) | view total_by_shop: aggregate total was
          amount * 2 | amount * 3 | view total_by_shop: aggregate total was
          key: [shop] | key: [id] | view total_by_shop: key was shop (string) and is now id (string or null).
          by: [id] | by: [shop] | deduplicate orders: by was
          orders.v1 | orders.v2 | dataset orders: topic was
          write: {mode: append} | write: {mode: upsert, key: [id], orderBy: ts} | dataset orders: write.mode was append and is now upsert
          """)
  void isRefusedBeforeAnythingStarts(String was, String is, String reason) throws Exception {
    Pipeline edited = pipeline(was, is);
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.getExecutionEnvironment(fromSavepoint(savepoint));
    assertThatThrownBy(() -> Main.edits(env, edited, List.of(), Map.of()))
        .isInstanceOf(EditRefusedException.class)
        .hasMessageContaining(reason);
  }

  @Test
  void stateCannotBeDividedAnew() throws IOException {
    Pipeline other = pipeline("connections:\n", "run: {maxParallelism: 240}\nconnections:\n");
    assertThatThrownBy(() -> SavedState.read(savepoint).edits(other, List.of()))
        .isInstanceOf(EditRefusedException.class)
        .hasMessageContaining(
            "run.maxParallelism is 240, and the state is divided into 120 ranges, which cannot change: set it to 120, or start without a savepoint");
    Pipeline more = pipeline("connections:\n", "run: {parallelism: 7}\nconnections:\n");
    assertThat(SavedState.read(savepoint).edits(more, List.of()).pipeline().run().parallelism())
        .hasValue(7);
  }

  @Test
  void stateThatNobodyComparedIsRefusedByTheJob() throws Exception {
    Pipeline edited = pipeline("tumbling: 1m", "tumbling: 5m");
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.getExecutionEnvironment(
            fromSavepoint(savepoint).set(RestartStrategyOptions.RESTART_STRATEGY, "none"));
    env.setParallelism(1);
    new PipelineJob(
            env,
            Edits.none(edited),
            new TestingEdges(edited, lake.toString(), EditedOrders::order, RECORDS))
        .define();
    assertThatThrownBy(() -> env.execute("orders"))
        .rootCause()
        .hasMessageContaining("made for another definition of the pipeline")
        .hasMessageContaining("only the pipeline has [VIEW by_shop_1m window 5m]");
  }
}
