package io.sluice.delta.testing;

import io.sluice.delta.commit.AppendTable;
import io.sluice.delta.commit.DeltaWriteResult;
import io.sluice.delta.live.LiveFiles;
import io.sluice.delta.log.TableHead;
import io.sluice.delta.schema.TableLayout;
import io.sluice.delta.sink.CompactedTable;
import io.sluice.delta.sink.DeltaWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.IntType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;

/**
 * An append outside of any job, with background compaction: two real writers, the real aggregator,
 * a real table, checkpoint by checkpoint.
 */
final class TestingAppend implements AutoCloseable {

  static final RowType TYPE =
      RowType.of(new LogicalType[] {new BigIntType(), new IntType()}, new String[] {"id", "part"});

  private static final String SINK = "appends";
  private static final long FILE_SIZE = 128L << 20;

  private final List<DeltaWriter> writers = new ArrayList<>();
  private final CompactedTable committed;
  private final TestingCommits commits;

  /**
   * @param saved null to start without state
   */
  TestingAppend(Path path, TestingCommits.Saved saved) throws Exception {
    TableLayout layout = TestingLayout.compacted(TYPE, List.of("part"), FILE_SIZE, null);
    TableHead head = new TableHead(TestingStorage.of(path), layout, () -> {}).createIfAbsent();
    LiveFiles live = LiveFiles.of(head);
    committed = new CompactedTable(head, live, new AppendTable(head, live), TestingTable.metrics());
    commits =
        new TestingCommits(
            SINK,
            path,
            layout,
            TestingTable.committer(TestingStorage.address(path), committed),
            saved);
    TestingTable table = new TestingTable(path, layout);
    writers.add(table.writer(0));
    writers.add(table.writer(1));
  }

  void put(long id, int part) throws IOException {
    writers.get((int) (id % writers.size())).write(GenericRowData.of(id, part), null);
  }

  /** The first part of a checkpoint: what was written goes on its way to the commit. */
  void barrier() throws Exception {
    List<List<DeltaWriteResult>> written = new ArrayList<>();
    for (DeltaWriter writer : writers) {
      written.add(List.copyOf(writer.prepareCommit()));
    }
    commits.barrier(commits.checkpoint() + 1, written);
  }

  /** The second part of a checkpoint. */
  TestingCommits.Saved snapshot() throws Exception {
    return commits.snapshot();
  }

  /** The third part of a checkpoint: it is complete, so it is committed. */
  void complete() throws IOException {
    commits.commit();
  }

  /** Whether a compaction is being written at this moment. */
  boolean isCompacting() {
    return committed.isCompacting();
  }

  @Override
  public void close() throws Exception {
    for (DeltaWriter writer : writers) {
      writer.close();
    }
    commits.close();
  }
}
