package io.sluice.connectors.kafka;

import io.sluice.connectors.kafka.catchup.CatchUp;
import io.sluice.connectors.kafka.catchup.CatchUpEnumerator;
import io.sluice.connectors.kafka.catchup.PendingRecords;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.java.typeutils.ResultTypeQueryable;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.KafkaSourceEnumState;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.table.data.RowData;
import org.apache.flink.util.function.SerializableSupplier;

/**
 * A source that emits one row for every partition it is given before any record of it, keeps
 * account of how far its readers have come, tells Flink when it is catching up or has nothing to
 * read, and makes sure that all of a checkpoint's records are of one topic. All else is the wrapped
 * source's, its state and serializers included, so that the two are interchangeable in a savepoint.
 */
final class AnnouncingSource
    implements Source<RowData, KafkaPartitionSplit, KafkaSourceEnumState>,
        ResultTypeQueryable<RowData> {
  private static final long serialVersionUID = 1L;

  private final KafkaSource<RowData> delegate;
  private final KafkaPositions positions;
  private final SerializableSupplier<TopicGuard> guard;

  AnnouncingSource(
      KafkaSource<RowData> delegate,
      KafkaPositions positions,
      SerializableSupplier<TopicGuard> guard) {
    this.delegate = delegate;
    this.positions = positions;
    this.guard = guard;
  }

  @Override
  public Boundedness getBoundedness() {
    return delegate.getBoundedness();
  }

  @Override
  public SourceReader<RowData, KafkaPartitionSplit> createReader(SourceReaderContext context)
      throws Exception {
    PendingRecords pending = new PendingRecords();
    return new AnnouncingReader(
        delegate.createReader(pending.listening(context)),
        positions,
        guard.get(),
        new CatchUp(System::nanoTime, pending),
        context);
  }

  @Override
  public SplitEnumerator<KafkaPartitionSplit, KafkaSourceEnumState> createEnumerator(
      SplitEnumeratorContext<KafkaPartitionSplit> context) throws Exception {
    return new CatchUpEnumerator(delegate.createEnumerator(context), context, positions.groupId());
  }

  @Override
  public SplitEnumerator<KafkaPartitionSplit, KafkaSourceEnumState> restoreEnumerator(
      SplitEnumeratorContext<KafkaPartitionSplit> context, KafkaSourceEnumState checkpoint)
      throws Exception {
    return new CatchUpEnumerator(
        delegate.restoreEnumerator(context, checkpoint), context, positions.groupId());
  }

  @Override
  public SimpleVersionedSerializer<KafkaPartitionSplit> getSplitSerializer() {
    return delegate.getSplitSerializer();
  }

  @Override
  public SimpleVersionedSerializer<KafkaSourceEnumState> getEnumeratorCheckpointSerializer() {
    return delegate.getEnumeratorCheckpointSerializer();
  }

  @Override
  public TypeInformation<RowData> getProducedType() {
    return delegate.getProducedType();
  }
}
