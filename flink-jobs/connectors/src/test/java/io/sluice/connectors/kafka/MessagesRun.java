package io.sluice.connectors.kafka;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.connector.kafka.sink.KafkaCommittable;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.table.data.RowData;

/** A writer with its committer, as a task would hold them. */
record MessagesRun<W>(
    LoudTransactionsSink<W> sink,
    LoudTransactionsSink.ProvingWriter<W> writer,
    Committer<KafkaCommittable> committer,
    List<byte[]> lastState)
    implements AutoCloseable {

  private static final SinkWriter.Context NO_TIMESTAMP = new NoTimestamp();

  static <W> MessagesRun<W> start(LoudTransactionsSink<W> sink, int attempt) throws Exception {
    KafkaAttempt context = new KafkaAttempt(attempt, null);
    return new MessagesRun<>(
        sink,
        sink.createWriter(context),
        sink.createCommitter(context.committerContext()),
        new ArrayList<>());
  }

  static <W> MessagesRun<W> restore(
      LoudTransactionsSink<W> sink, int attempt, long checkpoint, List<byte[]> state)
      throws Exception {
    KafkaAttempt context = new KafkaAttempt(attempt, checkpoint);
    List<W> writerState = new ArrayList<>();
    SimpleVersionedSerializer<W> serializer = sink.getWriterStateSerializer();
    for (byte[] bytes : state) {
      writerState.add(serializer.deserialize(serializer.getVersion(), bytes));
    }
    return new MessagesRun<>(
        sink,
        sink.restoreWriter(context, writerState),
        sink.createCommitter(context.committerContext()),
        new ArrayList<>());
  }

  void write(RowData row) throws Exception {
    writer.write(row, NO_TIMESTAMP);
  }

  Collection<KafkaCommittable> prepare(long checkpoint) throws Exception {
    writer.flush(false);
    Collection<KafkaCommittable> prepared = writer.prepareCommit();
    SimpleVersionedSerializer<W> serializer = sink.getWriterStateSerializer();
    // A new list each time: the caller may keep that of an earlier checkpoint.
    List<byte[]> state = new ArrayList<>();
    for (W part : writer.snapshotState(checkpoint)) {
      state.add(serializer.serialize(part));
    }
    lastState.clear();
    lastState.addAll(state);
    return prepared;
  }

  List<String> commit(Collection<KafkaCommittable> committables) throws Exception {
    List<TestingCommitRequest<KafkaCommittable>> requests =
        committables.stream().map(TestingCommitRequest::new).toList();
    committer.commit(List.copyOf(requests));
    return requests.stream().map(request -> request.outcome).toList();
  }

  List<KafkaCommittable> throughBytes(Collection<KafkaCommittable> committables)
      throws IOException {
    SimpleVersionedSerializer<KafkaCommittable> serializer = sink.getCommittableSerializer();
    List<KafkaCommittable> copies = new ArrayList<>();
    for (KafkaCommittable committable : committables) {
      copies.add(
          serializer.deserialize(serializer.getVersion(), serializer.serialize(committable)));
    }
    return copies;
  }

  @Override
  public void close() throws Exception {
    writer.close();
    committer.close();
  }

  private static final class NoTimestamp implements SinkWriter.Context {
    @Override
    public long currentWatermark() {
      return Long.MIN_VALUE;
    }

    @Override
    public Long timestamp() {
      return null;
    }
  }
}
