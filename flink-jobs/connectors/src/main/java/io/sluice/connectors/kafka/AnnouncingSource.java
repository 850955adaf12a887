package io.sluice.connectors.kafka;

import java.io.Serializable;
import java.util.function.Function;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SourceSplit;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.java.typeutils.ResultTypeQueryable;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.table.data.RowData;

/**
 * A source that emits one row for every split it is given before any record of that split. All else
 * is the wrapped source's, its state and serializers included, so that the two are interchangeable
 * in a savepoint.
 */
final class AnnouncingSource<
        S extends SourceSplit, E, D extends Source<RowData, S, E> & ResultTypeQueryable<RowData>>
    implements Source<RowData, S, E>, ResultTypeQueryable<RowData> {
  private static final long serialVersionUID = 1L;

  private final D delegate;
  private final Announcement<S> announcement;

  AnnouncingSource(D delegate, Announcement<S> announcement) {
    this.delegate = delegate;
    this.announcement = announcement;
  }

  /** The row that announces a split. */
  interface Announcement<S> extends Function<S, RowData>, Serializable {}

  @Override
  public Boundedness getBoundedness() {
    return delegate.getBoundedness();
  }

  @Override
  public SourceReader<RowData, S> createReader(SourceReaderContext context) throws Exception {
    return new AnnouncingReader<>(delegate.createReader(context), announcement);
  }

  @Override
  public SplitEnumerator<S, E> createEnumerator(SplitEnumeratorContext<S> context)
      throws Exception {
    return delegate.createEnumerator(context);
  }

  @Override
  public SplitEnumerator<S, E> restoreEnumerator(SplitEnumeratorContext<S> context, E checkpoint)
      throws Exception {
    return delegate.restoreEnumerator(context, checkpoint);
  }

  @Override
  public SimpleVersionedSerializer<S> getSplitSerializer() {
    return delegate.getSplitSerializer();
  }

  @Override
  public SimpleVersionedSerializer<E> getEnumeratorCheckpointSerializer() {
    return delegate.getEnumeratorCheckpointSerializer();
  }

  @Override
  public TypeInformation<RowData> getProducedType() {
    return delegate.getProducedType();
  }
}
