package io.sluice.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.definition.model.Run;
import io.sluice.definition.model.Run.Checkpoint;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * A job is stopped with a savepoint while one subtask of its source waits for a slow task and the
 * other does not: the first takes its part of the savepoint before it has ended its operators, the
 * second after that. Unless told that no source ends by itself, Flink refuses such a savepoint when
 * there is union state in the chain, and event time is such state.
 */
class StopUnderLoadITCase {
  private static final int PARALLELISM = 2;
  private static final AtomicLong SENT = new AtomicLong();
  private static final AtomicInteger SNAPSHOTS = new AtomicInteger();
  private static final CountDownLatch SLOW = new CountDownLatch(1);

  @RegisterExtension
  static final MiniClusterExtension CLUSTER =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder()
              .setNumberSlotsPerTaskManager(PARALLELISM)
              .build());

  @TempDir Path savepoints;

  @Test
  void aSubtaskThatWaitsDoesNotKeepTheJobFromStopping() throws Exception {
    JobClient job = start();
    await("the source waits").until(StopUnderLoadITCase::stands);
    CompletableFuture<String> savepoint =
        job.stopWithSavepoint(false, savepoints.toUri().toString(), SavepointFormatType.CANONICAL);
    await("both took their part").until(() -> SNAPSHOTS.get() == PARALLELISM);
    SLOW.countDown();
    assertThat(savepoint.get(1, TimeUnit.MINUTES)).contains("savepoint-");
  }

  private JobClient start() throws Exception {
    Configuration configuration =
        new JobSettings(
                PARALLELISM,
                new Run(
                    OptionalInt.empty(),
                    Run.DEFAULT_MAX_PARALLELISM,
                    Checkpoint.every(Duration.ofHours(1)),
                    Duration.ofMinutes(1)))
            .configuration();
    var env = StreamExecutionEnvironment.getExecutionEnvironment(configuration);
    env.setParallelism(PARALLELISM);
    env.fromSequence(0, Long.MAX_VALUE - 1)
        .map(new UnionState())
        .filter(number -> number >= 0)
        .keyBy(number -> 0)
        .map(new Slow())
        .sinkTo(new DiscardingSink<>());
    return env.executeAsync("stop under load");
  }

  /** Nothing was sent between two looks, each of which waits for the other's interval. */
  private static boolean stands() {
    long before = SENT.get();
    return before > 0
        && await("a second look")
            .pollDelay(Duration.ofMillis(300))
            .until(SENT::get, now -> true)
            .equals(before);
  }

  /** Passes what subtask 0 reads and drops what the other reads; union state is beside it. */
  private static final class UnionState extends RichMapFunction<Long, Long>
      implements CheckpointedFunction {
    private static final long serialVersionUID = 1L;
    private transient boolean sends;

    @Override
    public void open(OpenContext context) {
      sends = getRuntimeContext().getTaskInfo().getIndexOfThisSubtask() == 0;
    }

    @Override
    public Long map(Long number) {
      if (sends) {
        SENT.incrementAndGet();
      }
      return sends ? number : -1;
    }

    @Override
    public void initializeState(FunctionInitializationContext context) throws Exception {
      context
          .getOperatorStateStore()
          .getUnionListState(new ListStateDescriptor<>("union", Types.LONG))
          .add(1L);
    }

    @Override
    public void snapshotState(FunctionSnapshotContext context) {
      SNAPSHOTS.incrementAndGet();
    }
  }

  /** Does nothing until it may. */
  private static final class Slow extends RichMapFunction<Long, Long> {
    private static final long serialVersionUID = 1L;

    @Override
    public Long map(Long number) throws InterruptedException {
      SLOW.await();
      return number;
    }
  }
}
