package io.sluice.delta.sink;

import io.sluice.delta.commit.CommitMetrics;
import io.sluice.delta.commit.CommitTable;
import io.sluice.delta.commit.CommittableAggregator;
import io.sluice.delta.commit.DeltaCommittable;
import io.sluice.delta.commit.DeltaCommittableSerializer;
import io.sluice.delta.commit.DeltaCommitter;
import io.sluice.delta.commit.DeltaWriteResult;
import io.sluice.delta.commit.DeltaWriteResultSerializer;
import io.sluice.delta.live.LiveFiles;
import io.sluice.delta.log.TableHead;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.api.connector.sink2.CommitterInitContext;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SupportsCommitter;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.streaming.api.connector.sink2.CommittableMessage;
import org.apache.flink.streaming.api.connector.sink2.CommittableMessageTypeInfo;
import org.apache.flink.streaming.api.connector.sink2.SupportsPreCommitTopology;
import org.apache.flink.streaming.api.datastream.DataStream;

/**
 * Makes what all writers add in a checkpoint one table version, after the checkpoint is complete.
 *
 * @param <InputT> what the writers take
 */
@Internal
public abstract class TableVersionSink<InputT>
    implements Sink<InputT>,
        SupportsPreCommitTopology<DeltaWriteResult, DeltaCommittable>,
        SupportsCommitter<DeltaCommittable> {

  private static final long serialVersionUID = 1L;
  private static final Duration PREDECESSOR_PAUSE = Duration.ofMillis(250);

  private final SinkTarget target;

  public TableVersionSink(SinkTarget target) {
    this.target = target;
  }

  SinkTarget target() {
    return target;
  }

  /**
   * The table as the committer changes it.
   *
   * @param live follows the head
   */
  public abstract CommitTable table(TableHead head, LiveFiles live);

  @Override
  public DataStream<CommittableMessage<DeltaCommittable>> addPreCommitTopology(
      DataStream<CommittableMessage<DeltaWriteResult>> written) {
    SinkTarget to = target;
    // One writer, aggregator and committer are one task; more writers send to one aggregator.
    boolean one = written.getParallelism() == 1;
    var aggregated =
        (one ? written : written.global())
            .transform(
                CommittableAggregator.UID,
                CommittableMessageTypeInfo.of(DeltaCommittableSerializer::new),
                new CommittableAggregator(
                    to.sinkId(),
                    to.tablePath(),
                    to.metering(),
                    () -> to.head().createIfAbsent().current(),
                    Clock.systemUTC()))
            .uid(CommittableAggregator.UID)
            .setParallelism(1);
    // All committables of a sink go to one committer, which keeps their order.
    return one ? aggregated : aggregated.global();
  }

  @Override
  public Committer<DeltaCommittable> createCommitter(CommitterInitContext context)
      throws IOException {
    CommitMetrics metrics =
        new CommitMetrics(target.metering(), context.metricGroup(), Clock.systemUTC());
    TableHead head = target.head(metrics::hookFailed).createIfAbsent();
    LiveFiles live = LiveFiles.of(head);
    CommitTable table = table(head, live);
    return new DeltaCommitter(
        target.tablePath(),
        target.layout().compacted() ? new CompactedTable(head, live, table, metrics) : table,
        metrics,
        PREDECESSOR_PAUSE);
  }

  @Override
  public SimpleVersionedSerializer<DeltaWriteResult> getWriteResultSerializer() {
    return new DeltaWriteResultSerializer();
  }

  @Override
  public SimpleVersionedSerializer<DeltaCommittable> getCommittableSerializer() {
    return new DeltaCommittableSerializer();
  }
}
