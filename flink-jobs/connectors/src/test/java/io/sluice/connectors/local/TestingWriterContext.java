package io.sluice.connectors.local;

import java.util.ArrayDeque;
import java.util.OptionalLong;
import java.util.Queue;
import org.apache.flink.api.common.JobInfo;
import org.apache.flink.api.common.TaskInfo;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.api.common.operators.ProcessingTimeService;
import org.apache.flink.api.common.serialization.SerializationSchema;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.metrics.groups.SinkWriterMetricGroup;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.table.runtime.typeutils.InternalTypeInfo;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.util.UserCodeClassLoader;
import org.apache.flink.util.function.ThrowingRunnable;

/** What a stateless sink writer needs of Flink; mails wait until the test asks for them. */
public class TestingWriterContext implements WriterInitContext {
  private final RowType rowType;
  private final boolean objectReuse;
  private final Queue<ThrowingRunnable<? extends Exception>> mails = new ArrayDeque<>();

  public TestingWriterContext(RowType rowType, boolean objectReuse) {
    this.rowType = rowType;
    this.objectReuse = objectReuse;
  }

  @Override
  public MailboxExecutor getMailboxExecutor() {
    return new MailboxExecutor() {
      @Override
      public void execute(
          MailOptions options,
          ThrowingRunnable<? extends Exception> command,
          String description,
          Object... arguments) {
        synchronized (mails) {
          mails.add(command);
        }
      }

      @Override
      public void yield() {
        throw new UnsupportedOperationException("no task");
      }

      @Override
      public boolean tryYield() {
        return false;
      }

      @Override
      public boolean shouldInterrupt() {
        return false;
      }
    };
  }

  /** Runs the mails so far; the first failure is thrown. */
  public void runMails() throws Exception {
    while (true) {
      ThrowingRunnable<? extends Exception> mail;
      synchronized (mails) {
        mail = mails.poll();
      }
      if (mail == null) {
        return;
      }
      mail.run();
    }
  }

  @Override
  public SinkWriterMetricGroup metricGroup() {
    return UnregisteredMetricsGroup.createSinkWriterMetricGroup();
  }

  @Override
  public boolean isObjectReuseEnabled() {
    return objectReuse;
  }

  @Override
  @SuppressWarnings("unchecked")
  public <T> TypeSerializer<T> createInputSerializer() {
    return (TypeSerializer<T>) InternalTypeInfo.of(rowType).toSerializer();
  }

  @Override
  public OptionalLong getRestoredCheckpointId() {
    return OptionalLong.empty();
  }

  @Override
  public UserCodeClassLoader getUserCodeClassLoader() {
    // The release hooks belong to the end of a job, which does not come.
    return new UserCodeClassLoader() {
      @Override
      public ClassLoader asClassLoader() {
        return TestingWriterContext.class.getClassLoader();
      }

      @Override
      public void registerReleaseHookIfAbsent(String name, Runnable hook) {}
    };
  }

  @Override
  public ProcessingTimeService getProcessingTimeService() {
    throw new UnsupportedOperationException("no timers");
  }

  @Override
  public SerializationSchema.InitializationContext asSerializationSchemaInitializationContext() {
    throw new UnsupportedOperationException("no serialization schema");
  }

  @Override
  public JobInfo getJobInfo() {
    throw new UnsupportedOperationException("no job");
  }

  @Override
  public TaskInfo getTaskInfo() {
    throw new UnsupportedOperationException("no task");
  }
}
