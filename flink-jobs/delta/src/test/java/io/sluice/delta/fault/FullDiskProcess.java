package io.sluice.delta.fault;

import io.sluice.delta.maintain.Vacuum;
import io.sluice.delta.testing.FullDisk;
import io.sluice.delta.testing.ObservedFiles;
import io.sluice.delta.testing.RecoveredSink;
import io.sluice.delta.testing.TestingLog;
import io.sluice.delta.testing.TestingStorage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * A process of its own whose disk has no room, again and again and each time for something else: a
 * sink writes, fails, and goes on from its last checkpoint when there is room again. Fails if the
 * table ever holds something else than the checkpoints that were committed. Needs {@link
 * ObservedFiles}.
 */
final class FullDiskProcess {

  /** Enough for every kind of file to come: a compaction needs eight, a log checkpoint ten. */
  private static final int CHECKPOINTS = 12;

  private static final String LOG = "/t/_delta_log/\\.";
  private static final Map<String, String> KINDS = kinds();

  private static final List<String> WRITTEN = List.of("create", "force", "close");

  private final Path directory;
  private final boolean upsert;
  private final Set<String> felt = new TreeSet<>();

  private FullDiskProcess(Path directory, boolean upsert) {
    this.directory = directory;
    this.upsert = upsert;
  }

  private static Map<String, String> kinds() {
    Map<String, String> kinds = new LinkedHashMap<>();
    kinds.put("data file", "/t/.*part-[^/]*\\.parquet$");
    kinds.put("deletion vector", "/t/deletion_vector_");
    kinds.put("moves", "\\.moves$");
    kinds.put("log entry", LOG + "?\\d{20}\\.json");
    kinds.put("log checkpoint", LOG + "?\\d{20}\\.checkpoint");
    kinds.put("checksum", LOG + "?\\d{20}\\.crc");
    kinds.put("last checkpoint", LOG + "?_last_checkpoint");
    kinds.put("anything", "/t(/|$)");
    return kinds;
  }

  /**
   * @param args the directory; "upsert" or "append"; the numbers of bytes after which to fail
   */
  public static void main(String[] args) throws Exception {
    FullDiskProcess process = new FullDiskProcess(Path.of(args[0]), args[1].equals("upsert"));
    process.run(List.of(args).subList(2, args.length).stream().map(Long::valueOf).toList());
    System.out.println("felt " + process.felt);
  }

  private void run(List<Long> rooms) throws Exception {
    try (RecoveredSink sink = RecoveredSink.start(directory, upsert)) {
      sink.checkpoint();
    }
    for (Map.Entry<String, String> kind : KINDS.entrySet()) {
      for (long room : rooms) {
        fail(kind.getKey(), FullDisk.after(room, kind.getValue()));
      }
      for (String step : steps(kind.getKey())) {
        fail(kind.getKey(), FullDisk.at(step, kind.getValue()));
      }
    }
    vacuumWithAFailure();
  }

  /** The steps of making a file of the kind. */
  private static List<String> steps(String kind) {
    return switch (kind) {
      case "log entry", "log checkpoint", "checksum" ->
          List.of("create", "force", "close", "link", "delete");
      case "last checkpoint" -> List.of("create", "force", "close", "move");
      case "anything" -> List.of("create", "force", "close", "link", "move", "delete");
      default -> WRITTEN;
    };
  }

  private void fail(String kind, FullDisk disk) throws Exception {
    RecoveredSink sink = RecoveredSink.start(directory, upsert);
    ObservedFiles.full = disk;
    long checkpoint = sink.lastCheckpoint();
    try {
      for (int i = 0; i < CHECKPOINTS && !disk.wasFelt(); i++) {
        sink.checkpoint();
        checkpoint = sink.lastCheckpoint();
      }
    } catch (IOException | RuntimeException expected) {
      if (!disk.wasFelt()) {
        throw expected;
      }
    } finally {
      close(sink, disk);
      ObservedFiles.full = null;
    }
    if (disk.wasFelt()) {
      felt.add(kind);
    }
    List<String> content = RecoveredSink.content(directory, upsert);
    if (!content.equals(RecoveredSink.expected(upsert, checkpoint))
        && !content.equals(RecoveredSink.expected(upsert, checkpoint + 1))) {
      throw new AssertionError("After " + disk + " at " + checkpoint + ": " + content);
    }
    goOn(disk);
  }

  /** What cannot be deleted stays; nothing else may keep a task from ending. */
  private static void close(RecoveredSink sink, FullDisk disk) throws Exception {
    try {
      sink.close();
    } catch (IOException e) {
      if (!disk.toString().startsWith("delete")) {
        throw new AssertionError("Closing after " + disk, e);
      }
    }
  }

  private void goOn(Object after) throws Exception {
    try (RecoveredSink sink = RecoveredSink.start(directory, upsert)) {
      sink.checkpoint();
      require(after, sink.lastCheckpoint());
    }
  }

  private void require(Object after, long checkpoints) throws IOException {
    List<String> content = RecoveredSink.content(directory, upsert);
    if (!content.equals(RecoveredSink.expected(upsert, checkpoints))) {
      throw new AssertionError(
          "After %s the table holds %s, not the rows of %d checkpoints"
              .formatted(after, content, checkpoints));
    }
  }

  private void vacuumWithAFailure() throws Exception {
    long checkpoints;
    try (RecoveredSink sink = RecoveredSink.start(directory, upsert)) {
      checkpoints = sink.lastCheckpoint();
    }
    ObservedFiles.full = FullDisk.at("delete", "/t/");
    try {
      vacuum();
      throw new AssertionError("There was nothing to remove");
    } catch (IOException expected) {
      require("a vacuum that fails", checkpoints);
    } finally {
      ObservedFiles.full = null;
    }
    vacuum();
    require("a vacuum", checkpoints);
    new TestingLog(RecoveredSink.table(directory)).check();
    List<Path> left = new ArrayList<>();
    try (Stream<Path> files = Files.walk(RecoveredSink.table(directory))) {
      files.filter(file -> file.toString().endsWith(".tmp")).forEach(left::add);
    }
    if (!left.isEmpty()) {
      throw new AssertionError("Vacuum leaves " + left);
    }
    goOn("a vacuum");
  }

  private void vacuum() throws IOException {
    Clock tomorrow = Clock.offset(Clock.systemUTC(), Duration.ofDays(1));
    new Vacuum(TestingStorage.of(RecoveredSink.table(directory)), Duration.ZERO, tomorrow)
        .run(false, false);
  }
}
