package io.sluice.connectors.delta;

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
import java.util.concurrent.locks.LockSupport;

/**
 * A sink that keeps its last checkpoint on disk beside its table and goes on from there, rows
 * included, whatever ended it.
 */
abstract class RecoveredSink implements AutoCloseable {

  private static final int ROWS = 12;

  private static final String STATE = "state";

  private final Path directory;
  private long checkpoint;

  private RecoveredSink(Path directory, long checkpoint) {
    this.directory = directory;
    this.checkpoint = checkpoint;
  }

  /** Starts from the last checkpoint, if there is one. */
  static RecoveredSink start(Path directory, boolean upsert) throws Exception {
    Path path = table(directory);
    Object saved = load(directory.resolve(STATE));
    return upsert
        ? new Upsert(directory, path, (TestingUpsert.Saved) saved)
        : new Append(directory, path, (TestingCommits.Saved) saved);
  }

  static Path table(Path directory) {
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
  void checkpoint() throws Exception {
    // Commits that follow each other at once would leave each compaction behind.
    while (isCompacting()) {
      LockSupport.parkNanos(1_000_000);
    }
    for (long event = checkpoint * ROWS; event < (checkpoint + 1) * ROWS; event++) {
      write(event);
    }
    barrier();
    store(snapshot());
    checkpoint++;
    complete();
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

  long lastCheckpoint() {
    return checkpoint;
  }

  abstract boolean isCompacting();

  abstract void write(long event) throws Exception;

  abstract void barrier() throws Exception;

  abstract Serializable snapshot() throws Exception;

  abstract void complete() throws Exception;

  /** What the table must hold after a number of checkpoints, as {@link #content} has it. */
  static List<String> expected(boolean upsert, long checkpoints) {
    return upsert ? Upsert.model(checkpoints * ROWS) : Append.model(checkpoints * ROWS);
  }

  /** The rows of the table, sorted. */
  static List<String> content(Path directory, boolean upsert) throws IOException {
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

  private static final class Append extends RecoveredSink {
    private final TestingAppend sink;

    Append(Path directory, Path table, TestingCommits.Saved saved) throws Exception {
      super(directory, saved == null ? 0 : saved.checkpoint());
      sink = new TestingAppend(table, saved);
    }

    private static int part(long event) {
      return (int) (event % 3);
    }

    @Override
    boolean isCompacting() {
      return sink.isCompacting();
    }

    @Override
    void write(long event) throws Exception {
      sink.put(event, part(event));
    }

    @Override
    void barrier() throws Exception {
      sink.barrier();
    }

    @Override
    Serializable snapshot() throws Exception {
      return sink.snapshot();
    }

    @Override
    void complete() throws Exception {
      sink.complete();
    }

    private static List<String> model(long events) {
      List<String> rows = new ArrayList<>();
      for (long event = 0; event < events; event++) {
        rows.add(event + "/" + part(event));
      }
      rows.sort(null);
      return rows;
    }

    @Override
    public void close() throws Exception {
      sink.close();
    }
  }

  /** Two subtasks; rows come late and out of order, and some delete their key. */
  private static final class Upsert extends RecoveredSink {
    private final TestingUpsert sink;

    private record Event(String id, String day, long version, boolean delete, long number) {
      static Event of(long number) {
        Random random = new Random(number * 0x9E3779B97F4A7C15L);
        return new Event(
            "k" + random.nextInt(200),
            "d" + random.nextInt(2),
            number + random.nextInt(100),
            random.nextInt(6) == 0,
            number);
      }
    }

    Upsert(Path directory, Path table, TestingUpsert.Saved saved) throws Exception {
      super(directory, saved == null ? 0 : saved.commits().checkpoint());
      sink = TestingUpsert.compacting(table, saved, 2, "day");
    }

    @Override
    boolean isCompacting() {
      return sink.isCompacting();
    }

    @Override
    void write(long event) throws Exception {
      Event row = Event.of(event);
      if (row.delete()) {
        sink.delete(row.id(), row.day(), row.version());
      } else {
        sink.put(row.id(), row.day(), row.version(), row.number());
      }
    }

    @Override
    void barrier() throws Exception {
      sink.barrier();
    }

    @Override
    Serializable snapshot() throws Exception {
      return sink.snapshot();
    }

    @Override
    void complete() throws Exception {
      sink.complete();
    }

    private static List<String> model(long events) {
      Map<String, Event> newest = new HashMap<>();
      for (long number = 0; number < events; number++) {
        Event event = Event.of(number);
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

    @Override
    public void close() throws Exception {
      sink.close();
    }
  }
}
