package io.sluice.connectors.kafka;

import io.sluice.connectors.local.TestingWriterContext;
import java.util.OptionalLong;
import java.util.concurrent.ScheduledFuture;
import org.apache.flink.api.common.JobInfo;
import org.apache.flink.api.common.TaskInfo;
import org.apache.flink.api.common.TaskInfoImpl;
import org.apache.flink.api.common.operators.ProcessingTimeService;
import org.apache.flink.api.common.serialization.SerializationSchema;
import org.apache.flink.api.connector.sink2.CommitterInitContext;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.groups.SinkCommitterMetricGroup;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.runtime.metrics.groups.InternalSinkCommitterMetricGroup;
import org.apache.flink.streaming.runtime.tasks.TestProcessingTimeService;
import org.apache.flink.util.SimpleUserCodeClassLoader;
import org.apache.flink.util.UserCodeClassLoader;

/** One attempt of a task of parallelism 1, for a writer and its committer. */
final class KafkaAttempt extends TestingWriterContext {
  private final int attempt;
  private final Long restoredCheckpoint;

  KafkaAttempt(int attempt, Long restoredCheckpoint) {
    super(KafkaMessages.ROW_TYPE, false);
    this.attempt = attempt;
    this.restoredCheckpoint = restoredCheckpoint;
  }

  @Override
  public TaskInfo getTaskInfo() {
    return new TaskInfoImpl("sink", 720, 0, 1, attempt);
  }

  @Override
  public JobInfo getJobInfo() {
    throw new UnsupportedOperationException("no job");
  }

  @Override
  public OptionalLong getRestoredCheckpointId() {
    return restoredCheckpoint == null ? OptionalLong.empty() : OptionalLong.of(restoredCheckpoint);
  }

  @Override
  public ProcessingTimeService getProcessingTimeService() {
    TestProcessingTimeService timers = new TestProcessingTimeService();
    return new ProcessingTimeService() {
      @Override
      public long getCurrentProcessingTime() {
        return timers.getClock().absoluteTimeMillis();
      }

      @Override
      public ScheduledFuture<?> registerTimer(long timestamp, ProcessingTimeCallback target) {
        return timers.registerTimer(timestamp, target);
      }
    };
  }

  @Override
  public UserCodeClassLoader getUserCodeClassLoader() {
    return SimpleUserCodeClassLoader.create(getClass().getClassLoader());
  }

  @Override
  public SerializationSchema.InitializationContext asSerializationSchemaInitializationContext() {
    return new SerializationSchema.InitializationContext() {
      @Override
      public MetricGroup getMetricGroup() {
        return new UnregisteredMetricsGroup();
      }

      @Override
      public UserCodeClassLoader getUserCodeClassLoader() {
        return KafkaAttempt.this.getUserCodeClassLoader();
      }
    };
  }

  CommitterInitContext committerContext() {
    return new CommitterInitContext() {
      @Override
      public SinkCommitterMetricGroup metricGroup() {
        return InternalSinkCommitterMetricGroup.wrap(
            UnregisteredMetricsGroup.createOperatorMetricGroup());
      }

      @Override
      public OptionalLong getRestoredCheckpointId() {
        return KafkaAttempt.this.getRestoredCheckpointId();
      }

      @Override
      public JobInfo getJobInfo() {
        return KafkaAttempt.this.getJobInfo();
      }

      @Override
      public TaskInfo getTaskInfo() {
        return KafkaAttempt.this.getTaskInfo();
      }
    };
  }
}
