package io.sluice.delta.testing;

import io.delta.kernel.Snapshot;
import io.delta.kernel.TableManager;
import io.sluice.delta.commit.DeltaCommittable;
import io.sluice.delta.commit.DeltaCommittableSerializer;
import io.sluice.delta.commit.DeltaCommitter;
import io.sluice.delta.commit.DeltaWriteResult;
import io.sluice.delta.commit.DeltaWriteResultSerializer;
import io.sluice.delta.commit.IncarnationState;
import io.sluice.delta.commit.Metering;
import io.sluice.delta.live.LiveFiles;
import io.sluice.delta.log.LiveFile;
import io.sluice.delta.log.TableHead;
import io.sluice.delta.schema.TableLayout;
import io.sluice.delta.schema.UpsertKey;
import io.sluice.delta.storage.TableEngine;
import io.sluice.delta.upsert.IndexRetention;
import io.sluice.delta.upsert.KeyColumns;
import io.sluice.delta.upsert.UpsertOperator;
import io.sluice.delta.upsert.UpsertTable;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.types.RowKind;

/** An upsert of any layout, outside of any job: real operator, real committer, one subtask. */
public final class TestingKeyedUpsert implements AutoCloseable {
  final Path path;
  final TableLayout layout;
  public final TestingTable table;
  final DeltaCommitter committer;
  public final KeyedOneInputStreamOperatorTestHarness<RowData, RowData, byte[]> operator;
  final DeltaWriteResultSerializer serializer = new DeltaWriteResultSerializer();
  IncarnationState identity = IncarnationState.mint();
  long checkpoint;

  public TestingKeyedUpsert(Path path, RowType type, List<String> partitions, UpsertKey key)
      throws Exception {
    this.path = path;
    layout = TestingLayout.upsert(type, partitions, 128L << 20, key);
    table = new TestingTable(path, type, partitions, 128L << 20);
    TableHead head = new TableHead(TestingStorage.of(path), layout, () -> {}).createIfAbsent();
    committer =
        TestingTable.committer(
            TestingStorage.address(path), new UpsertTable(head, LiveFiles.of(head)));
    KeyColumns columns = new KeyColumns(type, key.columns());
    operator =
        new KeyedOneInputStreamOperatorTestHarness<>(
            new UpsertOperator(
                TestingStorage.address(path),
                layout,
                null,
                Metering.of("t"),
                IndexRetention.FOREVER),
            columns,
            columns.getProducedType());
    operator.open();
  }

  public void put(Object... fields) throws Exception {
    operator.processElement(GenericRowData.of(fields), 0);
  }

  public void delete(Object... fields) throws Exception {
    GenericRowData row = GenericRowData.of(fields);
    row.setRowKind(RowKind.DELETE);
    operator.processElement(row, 0);
  }

  public void checkpoint() throws Exception {
    checkpoint++;
    operator.prepareSnapshotPreBarrier(checkpoint);
    for (byte[] bytes : operator.extractOutputValues()) {
      DeltaWriteResult result = serializer.deserialize(serializer.getVersion(), bytes);
      if (result.learned() >= 0) {
        identity = identity.learned(result.learned());
      }
      if (result.files().isEmpty() && result.retractions().isEmpty()) {
        continue;
      }
      DeltaCommittable c =
          TestingCommittables.upsert(
              "upserts",
              TestingStorage.address(path),
              identity.incarnation(),
              checkpoint,
              identity.lastEmitted(),
              result.files(),
              result.positions(),
              result.retractions(),
              identity.lineage());
      DeltaCommittableSerializer s = new DeltaCommittableSerializer();
      c = s.deserialize(s.getVersion(), s.serialize(c));
      committer.commit(List.of(new TestingCommitRequest(c, 0)));
      identity = identity.emitted(checkpoint);
    }
    operator.getOutput().clear();
    operator.snapshot(checkpoint, 0);
  }

  @Override
  public void close() throws Exception {
    operator.close();
  }

  public static Collection<LiveFile> live(Path path) throws Exception {
    LiveFiles files = new LiveFiles(TestingStorage.of(path));
    Snapshot snapshot =
        TableManager.loadSnapshot(TestingStorage.address(path))
            .build(TableEngine.of(TestingStorage.of(path)));
    files.load(TableEngine.of(TestingStorage.of(path)), snapshot);
    return files.all();
  }
}
