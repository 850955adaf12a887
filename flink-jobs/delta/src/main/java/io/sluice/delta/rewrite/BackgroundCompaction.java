package io.sluice.delta.rewrite;

import io.delta.kernel.Snapshot;
import io.delta.kernel.engine.Engine;
import io.sluice.delta.live.FileGroup;
import io.sluice.delta.live.Moves;
import io.sluice.delta.log.RewritableFeatures;
import io.sluice.delta.parquet.FileStatistics;
import io.sluice.delta.schema.TableLayout;
import io.sluice.delta.storage.LogNames;
import io.sluice.delta.storage.TableEngine;
import io.sluice.delta.storage.TableStorage;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.LongSupplier;
import org.apache.flink.annotation.Internal;

/**
 * Writes compacted files on a thread of its own while a sink goes on committing. One at a time;
 * whoever asked for it takes it and commits it.
 */
@Internal
public final class BackgroundCompaction implements AutoCloseable {

  private final TableStorage table;
  private final TableLayout layout;
  private final LongSupplier nanos;
  private volatile boolean closed;
  private volatile long finished;
  private FutureTask<Rewrite> task;
  private Thread thread;

  /**
   * @param layout of the sink that writes the table
   * @param nanos a clock that never goes back
   */
  public BackgroundCompaction(TableStorage table, TableLayout layout, LongSupplier nanos) {
    this.table = table;
    this.layout = layout;
    this.nanos = nanos;
  }

  public boolean isIdle() {
    return task == null;
  }

  /**
   * Begins to write; only when idle.
   *
   * @param snapshot the table's version that the inputs are of
   * @param inputs of one partition
   */
  public void start(Snapshot snapshot, List<Moves.Input> inputs) {
    task =
        new FutureTask<>(
            () -> {
              Rewrite written = write(snapshot, inputs);
              finished = nanos.getAsLong();
              return written;
            });
    thread = new Thread(task, "delta-compaction-" + LogNames.last(table.toString()));
    thread.setDaemon(true);
    // It has no hurry. Has an effect only where the JVM may set priorities.
    thread.setPriority(Thread.MIN_PRIORITY);
    thread.start();
  }

  private Rewrite write(Snapshot snapshot, List<Moves.Input> inputs) throws IOException {
    Engine engine = TableEngine.of(table);
    RewritableFeatures.check(table.toString(), snapshot);
    FileGroup group =
        FileGroup.byPartition(
                inputs.stream().map(Moves.Input::file).toList(), snapshot.getPartitionColumnNames())
            .get(0);
    return new GroupWriter(table, engine, snapshot, columns -> FileStatistics.of(layout, columns))
        .packed(group.partitionValues(), inputs, layout.key() != null, () -> closed);
  }

  /**
   * What is ready to be committed, once.
   *
   * @throws ExecutionException if writing it failed
   */
  public Optional<Rewrite> poll() throws ExecutionException {
    if (task == null || !task.isDone()) {
      return Optional.empty();
    }
    return Optional.of(take());
  }

  /** How long ago the last one was written. */
  public Duration waited() {
    return Duration.ofNanos(nanos.getAsLong() - finished);
  }

  /** Whether it is writing at this moment. */
  public boolean isWriting() {
    return task != null && !task.isDone();
  }

  /** Waits for what was begun. */
  public Optional<Rewrite> await() throws ExecutionException {
    return task == null ? Optional.empty() : Optional.of(take());
  }

  private Rewrite take() throws ExecutionException {
    FutureTask<Rewrite> done = task;
    task = null;
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return done.get();
        } catch (InterruptedException e) {
          interrupted = true;
          closed = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Stops writing and removes what was written. */
  @Override
  public void close() throws IOException {
    closed = true;
    if (thread != null) {
      // It may wait for an object store.
      thread.interrupt();
    }
    try {
      Optional<Rewrite> unwanted = await();
      if (unwanted.isPresent()) {
        unwanted.get().discard(table);
      }
    } catch (ExecutionException cancelled) {
      // It removed its files itself, and nobody waits for them.
      return;
    }
  }
}
