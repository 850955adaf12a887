package io.sluice.cli.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.cli.demo.measure.Names;
import io.sluice.cli.demo.trade.ExpectedResults;
import io.sluice.cli.platform.ServedViews;
import io.sluice.cli.submit.Rewind;
import io.sluice.testkit.SparkReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The market-risk pipeline on real processes goes back to a savepoint: six tables and two views.
 * Spark, which shares no code with the command, looks at the tables before the job begins again.
 */
@Tag("faults")
class RewindITCase {
  private static final String ROWS =
      "select sha2(array_join(sort_array(collect_list(to_json(struct(*)))), ','), 256) as rows, count(*) as n from t";

  @TempDir private static Path folder;
  private static FaultStack stack;
  private static SparkReader spark;

  @BeforeAll
  static void start() throws IOException {
    stack = FaultStack.start(folder.resolve("home"));
    spark = SparkReader.start();
  }

  @AfterAll
  static void stop() throws IOException {
    if (spark != null) {
      spark.close();
    }
    if (stack != null) {
      stack.close();
    }
  }

  @Test
  void tablesAndViewsGoBackAndForward() throws Exception {
    try (FaultRun run = FaultRun.begin(stack, 31)) {
      run.awaitLedgerAfter(0);
      String old = stack.cluster().savepoint(run.job(), stack.savepoints());
      stack.maintenance().optimize("silver/trades", 128L << 20, false);
      run.sendAndCommit(2);
      run.sendAndCommit(3);
      Map<String, Long> back = new TreeMap<>();
      breaksOff(old, back);
      assertThat(active()).isEmpty();
      refusesToGoOnFrom(old);

      run.change(() -> goBack(old, back));
      ExpectedResults expected = run.requireExactlyOnceAfterRewind();
      new SparkFindings(spark, stack.tables()).requireSame(expected);

      viewsComeBackFromTheState(run);
    }
  }

  private static void refusesToGoOnFrom(String old) {
    assertThatThrownBy(() -> stack.restore(old))
        .hasMessageContaining("The tables of market-risk have gone on since " + old)
        .hasMessageContaining("sluice rewind market-risk --to " + old)
        .hasMessageContaining("add --accept");
  }

  private static List<String> active() throws Exception {
    return stack.cluster().jobs().stream()
        .filter(job -> job.active())
        .map(job -> job.id())
        .toList();
  }

  /** Killed between two tables. */
  private static void breaksOff(String old, Map<String, Long> back) {
    assertThatThrownBy(
            () ->
                stack.rewind(
                    old,
                    step -> {
                      note(step, back);
                      if (back.size() == 3) {
                        throw new UncheckedIOException(new IOException("killed here"));
                      }
                    }))
        .hasMessageContaining("The rewind of market-risk broke off: ")
        .hasMessageContaining("Run it again, which goes on: sluice rewind market-risk --to " + old)
        .hasMessageContaining("Or go forward again to where it was stopped");
  }

  private static void goBack(String old, Map<String, Long> back)
      throws IOException, InterruptedException {
    Rewind.Outcome outcome =
        stack.rewind(
            old,
            step -> {
              note(step, back);
              if (step.equals("starting the job")) {
                back.forEach(RewindITCase::requireRowsOf);
              }
            });
    assertThat(outcome.stoppedWith()).as("it was stopped before").isEmpty();
    assertThat(outcome.tables()).as("three were back already").hasSize(back.size() - 3);
    assertThat(back)
        .containsKeys("bronze/trades", "silver/trades", "quarantine/trades", "ledger/market-risk");
  }

  private static void note(String step, Map<String, Long> back) {
    if (step.contains(" is back at version ")) {
      String[] words = step.split(" ");
      back.put(words[0], Long.parseLong(words[words.length - 1]));
    }
  }

  private static void requireRowsOf(String table, long version) {
    String path = stack.at().lake() + "/" + table;
    try {
      assertThat(spark.query(path, ROWS))
          .as(table)
          .isEqualTo(spark.query(path, OptionalLong.of(version), ROWS));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Nothing is replayed, so that what the views hold can come from the state alone. */
  private static void viewsComeBackFromTheState(FaultRun run) throws Exception {
    String last = stack.cluster().savepoint(run.job(), stack.savepoints());
    try (ServedViews views = stack.views()) {
      views.clearHashes(Names.REDIS_PREFIX);
    }
    run.change(() -> assertThat(stack.rewind(last, step -> {}).stoppedWith()).isPresent());
    run.requireExactlyOnceAfterRewind();
  }
}
