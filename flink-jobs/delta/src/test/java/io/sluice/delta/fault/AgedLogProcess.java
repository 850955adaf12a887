package io.sluice.delta.fault;

import io.sluice.delta.source.DeltaSource;
import io.sluice.delta.table.DeltaTables;
import io.sluice.delta.testing.ObservedFiles;
import io.sluice.delta.testing.RecoveredSink;
import io.sluice.delta.testing.TestingDeltaSource;
import io.sluice.delta.testing.TestingStorage;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;

/**
 * A process of its own that goes on with a sink and says what its commits, and a source that waits
 * for the next version, read of the log. Needs {@link ObservedFiles}.
 */
final class AgedLogProcess {

  private static final int WARM_UP = 15;
  private static final int POLLS = 100;

  private AgedLogProcess() {}

  /**
   * @param args the directory; how many commits to measure
   */
  public static void main(String[] args) throws Exception {
    Path directory = Path.of(args[0]);
    int commits = Integer.parseInt(args[1]);
    try (RecoveredSink sink = RecoveredSink.start(directory, false)) {
      for (int i = 0; i < WARM_UP; i++) {
        sink.checkpoint();
      }
      Reading before = Reading.now();
      for (int i = 0; i < commits; i++) {
        sink.checkpoint();
      }
      before.say("commit", commits);
    }
    String table = TestingStorage.address(RecoveredSink.table(directory));
    TestingDeltaSource source =
        new TestingDeltaSource(
            DeltaSource.appends(table).fromVersion(DeltaTables.latestVersion(table) + 1).build());
    source.splits();
    Reading before = Reading.now();
    for (int i = 0; i < POLLS; i++) {
      source.splits();
    }
    before.say("poll", POLLS);
  }

  /** What was read until a moment. */
  private record Reading(long listed, long lookedAt, long cpuNanos) {

    static Reading now() {
      return new Reading(
          ObservedFiles.LISTED.get(),
          ObservedFiles.LOOKED_AT.get(),
          ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
              .getProcessCpuTime());
    }

    void say(String what, int times) {
      Reading now = now();
      System.out.printf(
          "%s: listed=%d lookedAt=%d cpuMillis=%d%n",
          what,
          now.listed - listed,
          (now.lookedAt - lookedAt) / times,
          (now.cpuNanos - cpuNanos) / 1_000_000);
    }
  }
}
