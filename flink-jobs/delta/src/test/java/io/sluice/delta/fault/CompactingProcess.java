package io.sluice.delta.fault;

import io.sluice.delta.maintain.Compaction;
import io.sluice.delta.testing.ChildProcess;
import io.sluice.delta.testing.TestingStorage;
import java.nio.file.Path;

/** A process of its own that packs a table's files again and again until it is killed. */
final class CompactingProcess {

  private static final long TARGET = 1 << 20;

  private CompactingProcess() {}

  /**
   * @param args the table's path, and how many compactions to make before it waits to be killed,
   *     when the files of the next one are written and not committed
   */
  public static void main(String[] args) throws Exception {
    int before = Integer.parseInt(args[1]);
    for (int i = 0; true; i++) {
      Runnable next = i < before ? () -> {} : ChildProcess::waitToBeKilled;
      new Compaction(TestingStorage.of(Path.of(args[0])), TARGET, next).run(false);
    }
  }
}
