package io.sluice.delta.upsert;

import io.sluice.delta.commit.CommitTable;
import io.sluice.delta.commit.DeltaWriteResult;
import io.sluice.delta.commit.DeltaWriteResultSerializer;
import io.sluice.delta.live.LiveFiles;
import io.sluice.delta.log.TableHead;
import io.sluice.delta.sink.SinkTarget;
import io.sluice.delta.sink.TableVersionSink;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.flink.api.connector.sink2.CommittingSinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;

/** Takes what an {@link UpsertOperator} has written, serialised, and hands it to the commit. */
final class UpsertSink extends TableVersionSink<byte[]> {

  private static final long serialVersionUID = 1L;

  UpsertSink(SinkTarget target) {
    super(target);
  }

  @Override
  public CommitTable table(TableHead head, LiveFiles live) {
    return new UpsertTable(head, live);
  }

  @Override
  public CommittingSinkWriter<byte[], DeltaWriteResult> createWriter(WriterInitContext context) {
    return new Writer();
  }

  private static final class Writer implements CommittingSinkWriter<byte[], DeltaWriteResult> {
    private final DeltaWriteResultSerializer serializer = new DeltaWriteResultSerializer();
    private final List<DeltaWriteResult> results = new ArrayList<>();

    @Override
    public void write(byte[] result, Context context) throws IOException {
      results.add(serializer.deserialize(serializer.getVersion(), result));
    }

    @Override
    public void flush(boolean endOfInput) {
      // What comes is on disk already.
    }

    @Override
    public Collection<DeltaWriteResult> prepareCommit() {
      List<DeltaWriteResult> prepared = List.copyOf(results);
      results.clear();
      return prepared;
    }

    @Override
    public void close() {
      // The operator before owns the files.
    }
  }
}
