package io.sluice.delta.benchmark;

import io.sluice.delta.fault.AgedLogRun;
import io.sluice.delta.testing.AgedLog;
import io.sluice.delta.testing.RecoveredSink;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A hundred commits of a table with the log of a day, and of thirty days, at a commit each second.
 * Prints what they read and cost beside those of a new table.
 */
@Tag("benchmark")
class AgedLogCostITCase {

  private static final int COMMITS = 100;
  private static final int NAMES_A_VERSION = 2;

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(longs = {86_400, 2_600_000})
  void aHundredCommits(long names) throws Exception {
    System.out.println("new table\n" + AgedLogRun.of(directory, COMMITS));
    AgedLog.age(RecoveredSink.table(directory), names / NAMES_A_VERSION);
    System.out.println(names + " names\n" + AgedLogRun.of(directory, COMMITS));
  }
}
