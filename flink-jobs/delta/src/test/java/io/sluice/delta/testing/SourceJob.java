package io.sluice.delta.testing;

import io.sluice.delta.sink.DeltaSink;
import io.sluice.delta.source.DeltaSource;
import io.sluice.delta.table.DeltaTables;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.api.common.state.CheckpointListener;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.data.RowData;

/** A job that copies what a source reads into another table, exactly once, and may fail once. */
public final class SourceJob {

  /** Completed checkpoints, after which it fails; static because Flink copies functions. */
  public static final AtomicInteger FAIL_AFTER = new AtomicInteger();

  /** Rows that the task saw before it failed. */
  public static final AtomicLong SEEN = new AtomicLong();

  /** What happens just before the failure. */
  public static Runnable beforeFailure = () -> {};

  private final Path directory;
  public final String copy;
  public int parallelism = 2;
  public String restoreFrom;

  public SourceJob(Path directory) {
    this.directory = directory;
    copy = TestingStorage.address(directory.resolve("copy"));
  }

  public StreamExecutionEnvironment graph(DeltaSource source) {
    StreamExecutionEnvironment environment =
        StreamExecutionEnvironment.getExecutionEnvironment(configuration());
    environment.enableCheckpointing(30);
    environment.setParallelism(parallelism);
    environment.setMaxParallelism(12);
    environment
        .fromSource(source, WatermarkStrategy.noWatermarks(), "table")
        .uid("table")
        .map(new SlowAndFailOnce())
        .returns(source.getProducedType())
        .uid("slow")
        .sinkTo(DeltaSink.append("copy", copy, source.rowType()).build())
        .uid("copy");
    return environment;
  }

  private Configuration configuration() {
    Configuration configuration = new Configuration();
    configuration.set(PipelineOptions.GENERIC_TYPES, false);
    configuration.set(PipelineOptions.OBJECT_REUSE, true);
    configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
    configuration.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 3);
    configuration.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ZERO);
    configuration.set(
        CheckpointingOptions.CHECKPOINTS_DIRECTORY,
        directory.resolve("checkpoints").toUri().toString());
    if (restoreFrom != null) {
      configuration.set(StateRecoveryOptions.SAVEPOINT_PATH, restoreFrom);
    }
    return configuration;
  }

  /** The ids that were copied, sorted. */
  public List<Long> ids() throws Exception {
    List<Long> ids = new ArrayList<>();
    DeltaTables.scan(copy, OptionalLong.empty(), List.of("id"), row -> ids.add(row.getLong(0)));
    ids.sort(null);
    return ids;
  }

  /** Takes its time until it has failed, so that checkpoints fall into the middle of files. */
  private static final class SlowAndFailOnce extends RichMapFunction<RowData, RowData>
      implements CheckpointListener {
    private static final long serialVersionUID = 1L;
    private static final long NANOS_PER_ROW = 20_000;

    @Override
    public RowData map(RowData row) {
      if (FAIL_AFTER.get() > 0) {
        SEEN.incrementAndGet();
        LockSupport.parkNanos(NANOS_PER_ROW);
      }
      return row;
    }

    @Override
    public void notifyCheckpointComplete(long checkpointId) {
      if (FAIL_AFTER.get() > 0 && SEEN.get() > 0 && FAIL_AFTER.decrementAndGet() == 0) {
        beforeFailure.run();
        throw new IllegalStateException("failing on purpose at checkpoint " + checkpointId);
      }
    }
  }
}
