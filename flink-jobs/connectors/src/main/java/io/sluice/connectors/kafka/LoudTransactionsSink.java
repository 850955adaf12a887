package io.sluice.connectors.kafka;

import io.sluice.connectors.kafka.measure.KafkaMetric;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.api.connector.sink2.CommitterInitContext;
import org.apache.flink.api.connector.sink2.CommittingSinkWriter;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.StatefulSinkWriter;
import org.apache.flink.api.connector.sink2.SupportsCommitter;
import org.apache.flink.api.connector.sink2.SupportsWriterState;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.connector.kafka.sink.KafkaCommittable;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.streaming.api.connector.sink2.CommittableMessage;
import org.apache.flink.streaming.api.connector.sink2.SupportsPostCommitTopology;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.table.data.RowData;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Flink's transactional Kafka sink, except that a transaction which cannot be committed fails the
 * job instead of being logged and dropped.
 *
 * <p>Flink drops a fenced transaction because it cannot tell "already committed, and its id is in
 * use again" (usual after a kill) from "timed out, its messages are lost". {@link CommitProof}
 * leaves a mark inside every transaction, so this sink can.
 *
 * @param <W> the wrapped sink's writer state
 */
final class LoudTransactionsSink<W>
    implements Sink<RowData>,
        SupportsWriterState<RowData, W>,
        SupportsCommitter<KafkaCommittable>,
        SupportsPostCommitTopology<KafkaCommittable> {
  private static final Logger LOG = LoggerFactory.getLogger(LoudTransactionsSink.class);
  private static final long serialVersionUID = 1L;

  private final SupportsWriterState<RowData, W> writers;
  private final SupportsCommitter<KafkaCommittable> committers;
  private final SupportsPostCommitTopology<KafkaCommittable> topology;
  private final CommitProof proof;
  private final Duration lossShown;

  LoudTransactionsSink(
      SupportsWriterState<RowData, W> writers,
      SupportsCommitter<KafkaCommittable> committers,
      SupportsPostCommitTopology<KafkaCommittable> topology,
      CommitProof proof,
      Duration lossShown) {
    this.writers = writers;
    this.committers = committers;
    this.topology = topology;
    this.proof = proof;
    this.lossShown = lossShown;
  }

  @Override
  public ProvingWriter<W> createWriter(WriterInitContext context) throws IOException {
    return restoreWriter(context, List.of());
  }

  @Override
  public ProvingWriter<W> restoreWriter(WriterInitContext context, Collection<W> state)
      throws IOException {
    return new ProvingWriter<>(writers.restoreWriter(context, state), proof.newMarks());
  }

  @Override
  public Committer<KafkaCommittable> createCommitter(CommitterInitContext context)
      throws IOException {
    return new LoudCommitter(
        committers.createCommitter(context),
        proof,
        context.metricGroup().counter(KafkaMetric.LOST_TRANSACTIONS.text()),
        lossShown);
  }

  @Override
  public void addPostCommitTopology(DataStream<CommittableMessage<KafkaCommittable>> committed) {
    topology.addPostCommitTopology(committed);
  }

  @Override
  public SimpleVersionedSerializer<W> getWriterStateSerializer() {
    return writers.getWriterStateSerializer();
  }

  @Override
  public SimpleVersionedSerializer<KafkaCommittable> getCommittableSerializer() {
    return committers.getCommittableSerializer();
  }

  /** Writes the proof into each transaction just before it is handed to the committer. */
  static final class ProvingWriter<W>
      implements StatefulSinkWriter<RowData, W>, CommittingSinkWriter<RowData, KafkaCommittable> {
    private final StatefulSinkWriter<RowData, W> writer;
    private final CommittingSinkWriter<RowData, KafkaCommittable> precommit;
    private final CommitProof.Marks marks;
    private String topic;

    @SuppressWarnings("unchecked")
    ProvingWriter(StatefulSinkWriter<RowData, W> writer, CommitProof.Marks marks) {
      this.writer = writer;
      this.precommit = (CommittingSinkWriter<RowData, KafkaCommittable>) writer;
      this.marks = marks;
    }

    @Override
    public void write(RowData row, Context context) throws IOException, InterruptedException {
      writer.write(row, context);
      if (topic == null) {
        topic = row.getString(0).toString();
      }
    }

    @Override
    public void flush(boolean endOfInput) throws IOException, InterruptedException {
      writer.flush(endOfInput);
    }

    @Override
    public Collection<KafkaCommittable> prepareCommit() throws IOException, InterruptedException {
      Collection<KafkaCommittable> committables = precommit.prepareCommit();
      for (KafkaCommittable committable : committables) {
        marks.leave(committable, topic);
      }
      topic = null;
      return committables;
    }

    @Override
    public List<W> snapshotState(long checkpointId) throws IOException {
      return writer.snapshotState(checkpointId);
    }

    /** Throws nothing: Flink would end the TaskManager of a failed task. */
    @Override
    public void close() {
      try (AutoCloseable admin = () -> ForgottenAdmin.close(writer)) {
        writer.close();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (Exception e) {
        LOG.warn("closing a Kafka writer failed; the broker ends its transaction", e);
      }
    }
  }
}
