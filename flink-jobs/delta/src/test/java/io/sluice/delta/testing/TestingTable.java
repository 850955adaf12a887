package io.sluice.delta.testing;

import io.delta.kernel.types.StructType;
import io.sluice.delta.commit.AppendTable;
import io.sluice.delta.commit.CommitMetrics;
import io.sluice.delta.commit.CommitTable;
import io.sluice.delta.commit.DeltaCommittable;
import io.sluice.delta.commit.DeltaCommitter;
import io.sluice.delta.commit.DeltaWriteResult;
import io.sluice.delta.commit.Metering;
import io.sluice.delta.commit.Retractions;
import io.sluice.delta.live.Lineage;
import io.sluice.delta.live.LiveFiles;
import io.sluice.delta.log.TableHead;
import io.sluice.delta.schema.TableLayout;
import io.sluice.delta.sink.DeltaWriter;
import io.sluice.delta.sink.EvolvingFiles;
import io.sluice.delta.sink.FenceGuard;
import io.sluice.delta.table.DeltaTables;
import io.sluice.delta.upsert.UpsertTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.apache.flink.metrics.groups.SinkWriterMetricGroup;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.RowType;

/** A real table in a temporary directory, with writers and committers outside of any job. */
public final class TestingTable {

  public static final String SINK = "trades";

  public final Path path;
  public final TableLayout layout;

  public TestingTable(Path path, RowType type, List<String> partitionColumns, long fileSize) {
    this.path = path;
    layout = TestingLayout.append(type, partitionColumns, fileSize);
  }

  public TestingTable(Path path, TableLayout layout) {
    this.path = path;
    this.layout = layout;
  }

  public TestingTable(Path path, RowType type, String... partitionColumns) {
    this(path, type, List.of(partitionColumns), 1L << 20);
  }

  TableHead head() throws IOException {
    return new TableHead(TestingStorage.of(path), layout, () -> {}).createIfAbsent();
  }

  /** Creates it unless it is there. */
  public CommitTable open() throws IOException {
    TableHead head = head();
    LiveFiles live = LiveFiles.of(head);
    return layout.key() == null ? new AppendTable(head, live) : new UpsertTable(head, live);
  }

  private StructType schema() {
    try {
      return head().snapshot().getSchema();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public DeltaWriter writer(int subtask) {
    return writer(subtask, Optional.empty());
  }

  public DeltaWriter writer(int subtask, Optional<FenceGuard> fence) {
    SinkWriterMetricGroup metrics = UnregisteredMetricsGroup.createSinkWriterMetricGroup();
    return new DeltaWriter(
        new EvolvingFiles(TestingStorage.of(path), layout, schema(), subtask, metrics),
        fence,
        Metering.of("t").waiting(layout.rowType(), metrics, Clock.systemUTC()),
        metrics,
        metrics);
  }

  public DeltaCommitter committer() throws IOException {
    return committer(TestingStorage.address(path), open());
  }

  public static DeltaCommitter committer(String path, CommitTable table) {
    return new DeltaCommitter(path, table, metrics(), Duration.ZERO);
  }

  static CommitMetrics metrics() {
    return new CommitMetrics(
        Metering.of("t"), UnregisteredMetricsGroup.createOperatorMetricGroup(), Clock.systemUTC());
  }

  /** Writes rows and commits them as one checkpoint of a new incarnation. */
  public void append(RowData... rows) throws Exception {
    try (DeltaWriter writer = writer(0)) {
      for (RowData row : rows) {
        writer.write(row, null);
      }
      DeltaWriteResult result = writer.prepareCommit().iterator().next();
      commit(committable("once-" + System.nanoTime(), 1, -1, result));
    }
  }

  public DeltaCommittable committable(
      String incarnation, long checkpoint, long previous, DeltaWriteResult result) {
    return new DeltaCommittable(
        SINK,
        TestingStorage.address(path),
        incarnation,
        checkpoint,
        previous,
        result.files(),
        result.positions(),
        Retractions.NONE,
        Lineage.OF_AN_APPEND,
        result.newColumns());
  }

  public void commit(DeltaCommittable committable) throws IOException {
    try (DeltaCommitter committer = committer()) {
      committer.commit(List.of(new TestingCommitRequest(committable, 0)));
    }
  }

  public List<Map<String, Object>> rows() throws IOException {
    try (Stream<Map<String, Object>> rows =
        DeltaTables.rows(TestingStorage.address(path), OptionalLong.empty(), List.of(), -1)) {
      return new ArrayList<>(rows.toList());
    }
  }

  public List<Object> values(String column) throws IOException {
    return rows().stream().map(row -> row.get(column)).toList();
  }
}
