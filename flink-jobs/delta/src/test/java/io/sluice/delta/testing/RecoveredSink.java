package io.sluice.delta.testing;

import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * A sink that keeps its last checkpoint on disk beside its table and goes on from there, rows
 * included, whatever ended it.
 */
public final class RecoveredSink implements AutoCloseable {

  private static final int ROWS = 12;

  private static final String STATE = "state";

  /** What an append and an upsert have in common: the parts of a checkpoint, in their order. */
  private record Sink(
      Write write,
      Step barrier,
      Callable<Serializable> snapshot,
      Step complete,
      BooleanSupplier isCompacting,
      Step close) {}

  /** Writes the row of an event. */
  @FunctionalInterface
  private interface Write {
    void write(long event) throws Exception;
  }

  @FunctionalInterface
  private interface Step {
    void run() throws Exception;
  }

  private final Path directory;
  private final Sink sink;
  private long checkpoint;

  private RecoveredSink(Path directory, long checkpoint, Sink sink) {
    this.directory = directory;
    this.checkpoint = checkpoint;
    this.sink = sink;
  }

  /** Starts from the last checkpoint, if there is one. */
  public static RecoveredSink start(Path directory, boolean upsert) throws Exception {
    Object saved = load(directory.resolve(STATE));
    return upsert
        ? upsert(directory, (TestingUpsert.Saved) saved)
        : append(directory, (TestingCommits.Saved) saved);
  }

  private static RecoveredSink append(Path directory, TestingCommits.Saved saved) throws Exception {
    TestingAppend append = new TestingAppend(table(directory), saved);
    return new RecoveredSink(
        directory,
        saved == null ? 0 : saved.checkpoint(),
        new Sink(
            event -> append.put(event, Append.part(event)),
            append::barrier,
            append::snapshot,
            append::complete,
            append::isCompacting,
            append::close));
  }

  /** Two subtasks. */
  private static RecoveredSink upsert(Path directory, TestingUpsert.Saved saved) throws Exception {
    TestingUpsert upsert = TestingUpsert.compacting(table(directory), saved, 2, "day");
    return new RecoveredSink(
        directory,
        saved == null ? 0 : saved.commits().checkpoint(),
        new Sink(
            event -> Upsert.of(event).writeTo(upsert),
            upsert::barrier,
            upsert::snapshot,
            upsert::complete,
            upsert::isCompacting,
            upsert::close));
  }

  public static Path table(Path directory) {
    return directory.resolve("t");
  }

  private static Object load(Path state) throws Exception {
    if (!Files.exists(state)) {
      return null;
    }
    try (ObjectInputStream in = new ObjectInputStream(Files.newInputStream(state))) {
      return in.readObject();
    }
  }

  /** Writes the rows of the next checkpoint, stores it and commits it. */
  public void checkpoint() throws Exception {
    // Commits that follow each other at once would leave each compaction behind.
    while (sink.isCompacting().getAsBoolean()) {
      LockSupport.parkNanos(1_000_000);
    }
    for (long event = checkpoint * ROWS; event < (checkpoint + 1) * ROWS; event++) {
      sink.write().write(event);
    }
    sink.barrier().run();
    store(sink.snapshot().call());
    checkpoint++;
    sink.complete().run();
  }

  private void store(Serializable saved) throws IOException {
    Path unfinished = directory.resolve(STATE + ".unfinished");
    try (ObjectOutputStream out = new ObjectOutputStream(Files.newOutputStream(unfinished))) {
      out.writeObject(saved);
    }
    Files.move(
        unfinished,
        directory.resolve(STATE),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }

  public long lastCheckpoint() {
    return checkpoint;
  }

  /** What the table must hold after a number of checkpoints, as {@link #content} has it. */
  public static List<String> expected(boolean upsert, long checkpoints) {
    return upsert ? Upsert.model(checkpoints * ROWS) : Append.model(checkpoints * ROWS);
  }

  /** The rows of the table, sorted. */
  public static List<String> content(Path directory, boolean upsert) throws IOException {
    TestingTable table =
        new TestingTable(table(directory), upsert ? TestingUpsert.TYPE : TestingAppend.TYPE);
    List<String> rows = new ArrayList<>();
    for (Map<String, Object> row : table.rows()) {
      List<String> values = new ArrayList<>();
      row.values().forEach(value -> values.add(String.valueOf(value)));
      rows.add(String.join("/", values));
    }
    rows.sort(null);
    return rows;
  }

  @Override
  public void close() throws Exception {
    sink.close().run();
  }

  /** Rows of three partitions. */
  private static final class Append {

    static int part(long event) {
      return (int) (event % 3);
    }

    static List<String> model(long events) {
      List<String> rows = new ArrayList<>();
      for (long event = 0; event < events; event++) {
        rows.add(event + "/" + part(event));
      }
      rows.sort(null);
      return rows;
    }
  }

  /** Rows come late and out of order, and some delete their key. */
  private record Upsert(String id, String day, long version, boolean delete, long number) {

    static Upsert of(long number) {
      Random random = new Random(number * 0x9E3779B97F4A7C15L);
      return new Upsert(
          "k" + random.nextInt(200),
          "d" + random.nextInt(2),
          number + random.nextInt(100),
          random.nextInt(6) == 0,
          number);
    }

    void writeTo(TestingUpsert sink) throws Exception {
      if (delete) {
        sink.delete(id, day, version);
      } else {
        sink.put(id, day, version, number);
      }
    }

    static List<String> model(long events) {
      Map<String, Upsert> newest = new HashMap<>();
      for (long number = 0; number < events; number++) {
        Upsert event = of(number);
        newest.merge(
            event.id() + "/" + event.day(),
            event,
            (old, late) -> late.version() >= old.version() ? late : old);
      }
      List<String> rows = new ArrayList<>();
      newest.forEach(
          (key, event) -> {
            if (!event.delete()) {
              rows.add(key + "/" + event.version() + "/" + event.number());
            }
          });
      rows.sort(null);
      return rows;
    }
  }
}
