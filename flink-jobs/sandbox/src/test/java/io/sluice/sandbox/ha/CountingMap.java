package io.sluice.sandbox.ha;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.api.common.state.CheckpointListener;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;

/**
 * Counts the numbers 0, 1, 2 and so on, about a thousand per second, and keeps a diary: {@code
 * fresh}, {@code restored <checkpoint> <count>}, {@code snapshot <checkpoint> <count>}, {@code
 * completed <checkpoint>}. Fails when the count and the position of the source part.
 */
final class CountingMap
    implements MapFunction<Long, Long>, CheckpointedFunction, CheckpointListener {

  private static final long serialVersionUID = 1L;

  private final String diary;
  private transient ListState<Long> state;
  private transient long count;

  CountingMap(Path diary) {
    this.diary = diary.toString();
  }

  @Override
  public Long map(Long number) {
    if (number != count) {
      throw new IllegalStateException("The source is at " + number + ", the state at " + count);
    }
    LockSupport.parkNanos(1_000_000);
    return ++count;
  }

  @Override
  public void initializeState(FunctionInitializationContext context) throws Exception {
    state =
        context.getOperatorStateStore().getListState(new ListStateDescriptor<>("n", Types.LONG));
    count = 0;
    for (long restored : state.get()) {
      count += restored;
    }
    if (context.isRestored()) {
      write("restored " + context.getRestoredCheckpointId().getAsLong() + " " + count);
    } else {
      write("fresh");
    }
  }

  @Override
  public void snapshotState(FunctionSnapshotContext context) throws Exception {
    state.update(List.of(count));
    write("snapshot " + context.getCheckpointId() + " " + count);
  }

  @Override
  public void notifyCheckpointComplete(long checkpointId) {
    write("completed " + checkpointId);
  }

  private void write(String line) {
    try {
      Files.writeString(
          Path.of(diary), line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException("The diary " + diary + " cannot be written", e);
    }
  }
}
