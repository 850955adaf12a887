package io.sluice.delta.fault;

import io.sluice.delta.storage.CommitPause;
import io.sluice.delta.testing.ChildProcess;
import io.sluice.delta.testing.ObservedFiles;
import io.sluice.delta.testing.ObservedRequests;
import io.sluice.delta.testing.RecoveredSink;
import io.sluice.delta.testing.TestingStorage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * A process of its own that runs a sink from its last checkpoint on, until it waits to be killed
 * before a given change of a file or object. Needs {@link ObservedFiles}.
 */
final class SinkProcess {

  /** Enough for every step to come; a compaction needs eight, a log checkpoint ten. */
  private static final int CHECKPOINTS = 60;

  private static final int PAUSED_AFTER = 3;

  private static final String STORED = "move state";
  private static final String WRITTEN = "-cN.snappy.parquet";
  private static final String ENTRY =
      TestingStorage.isS3() ? "answered put t/_delta_log/N.json" : "link t/_delta_log/N.json";
  private static final String NEXT_ENTRY =
      TestingStorage.isS3() ? "put t/_delta_log/N.json" : "create t/_delta_log/.N.json.*.tmp";
  private static final String COMPACTION = "compaction: ";

  private final Path directory;

  /** Whether the version of the last checkpoint is there: another one is a compaction's. */
  private volatile boolean committed;

  private volatile boolean publishes;

  private SinkProcess(Path directory) {
    this.directory = directory;
  }

  /**
   * @param args the directory; "upsert" or "append"; the step to be killed before and how many
   *     times to let it pass, or nothing to list all steps in a file {@code steps}; and "paused" to
   *     pause the table after some checkpoints
   */
  public static void main(String[] args) throws Exception {
    Path directory = Path.of(args[0]);
    SinkProcess process = new SinkProcess(directory);
    Set<String> steps = new LinkedHashSet<>();
    process.observe(
        args.length > 2
            ? waitBefore(args[2], Integer.parseInt(args[3]))
            : Collections.synchronizedSet(steps)::add);
    try (RecoveredSink sink = RecoveredSink.start(directory, args[1].equals("upsert"))) {
      for (int i = 0; i < CHECKPOINTS; i++) {
        if (i == PAUSED_AFTER && args.length > 4) {
          CommitPause.begin(
              TestingStorage.of(RecoveredSink.table(directory)),
              Instant.now().plus(CommitPause.LONGEST));
        }
        sink.checkpoint();
      }
      process.observe(step -> {});
    }
    Files.write(directory.resolve("steps"), steps);
  }

  /** Once a thread waits, no other one changes a file either. */
  private static Consumer<String> waitBefore(String step, int passes) {
    AtomicInteger left = new AtomicInteger(passes);
    return name -> {
      synchronized (left) {
        if (name.equals(step) && left.getAndDecrement() == 0) {
          ChildProcess.waitToBeKilled();
        }
      }
    };
  }

  /** Takes changes of files and objects by what they are, not by their numbers. */
  private void observe(Consumer<String> steps) {
    ObservedFiles.observer = named(steps, directory.toString());
    if (TestingStorage.isS3()) {
      ObservedRequests.observer = named(steps, TestingStorage.inBucket(directory));
    }
  }

  private Consumer<String> named(Consumer<String> steps, String folder) {
    return change -> {
      if (change.contains(" " + folder + "/")) {
        steps.accept(name(change.replace(folder + "/", "")));
      }
    };
  }

  private String name(String change) {
    String name =
        change.replaceAll("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "*").replaceAll("\\d+", "N");
    if (Thread.currentThread().getName().startsWith("delta-compaction")) {
      return COMPACTION + name;
    }
    if (name.equals(STORED) || name.endsWith(WRITTEN)) {
      committed = false;
      publishes = false;
    }
    publishes |= committed && name.equals(NEXT_ENTRY);
    committed |= name.equals(ENTRY);
    return publishes ? COMPACTION + name : name;
  }
}
