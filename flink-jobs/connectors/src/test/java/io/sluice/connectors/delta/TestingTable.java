package io.sluice.connectors.delta;

import io.delta.kernel.types.StructType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
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
final class TestingTable {

  static final String SINK = "trades";

  final Path path;
  final TableLayout layout;

  TestingTable(Path path, RowType type, List<String> partitionColumns, long fileSize) {
    this.path = path;
    layout = new TableLayout(type, partitionColumns, fileSize);
  }

  TestingTable(Path path, TableLayout layout) {
    this.path = path;
    this.layout = layout;
  }

  TestingTable(Path path, RowType type, String... partitionColumns) {
    this(path, type, List.of(partitionColumns), 1L << 20);
  }

  TableHead head() throws IOException {
    return new TableHead(path, layout, () -> {}).createIfAbsent();
  }

  /** Creates it unless it is there. */
  AppendTable open() throws IOException {
    TableHead head = head();
    return new AppendTable(head, LiveFiles.of(head));
  }

  private StructType schema() {
    try {
      return head().snapshot().getSchema();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  DeltaWriter writer(int subtask) {
    return writer(subtask, Optional.empty());
  }

  DeltaWriter writer(int subtask, Optional<FenceGuard> fence) {
    SinkWriterMetricGroup metrics = UnregisteredMetricsGroup.createSinkWriterMetricGroup();
    return new DeltaWriter(
        new EvolvingFiles(path, layout, schema(), subtask, metrics), fence, metrics);
  }

  DeltaCommitter committer() throws IOException {
    return committer(path.toString(), open());
  }

  static DeltaCommitter committer(String path, CommitTable table) {
    return new DeltaCommitter(path, table, metrics(), Duration.ZERO);
  }

  static CommitMetrics metrics() {
    return new CommitMetrics(UnregisteredMetricsGroup.createOperatorMetricGroup());
  }

  /** Writes rows and commits them as one checkpoint of a new incarnation. */
  void append(RowData... rows) throws Exception {
    try (DeltaWriter writer = writer(0)) {
      for (RowData row : rows) {
        writer.write(row, null);
      }
      DeltaWriteResult result = writer.prepareCommit().iterator().next();
      commit(committable("once-" + System.nanoTime(), 1, -1, result));
    }
  }

  DeltaCommittable committable(
      String incarnation, long checkpoint, long previous, DeltaWriteResult result) {
    return new DeltaCommittable(
        SINK,
        path.toString(),
        incarnation,
        checkpoint,
        previous,
        result.files(),
        result.positions(),
        Retractions.NONE,
        Lineage.OF_AN_APPEND,
        result.newColumns());
  }

  void commit(DeltaCommittable committable) throws IOException {
    committer().commit(List.of(new TestingCommitRequest(committable, 0)));
  }

  List<Map<String, Object>> rows() throws IOException {
    try (Stream<Map<String, Object>> rows =
        DeltaTables.rows(path.toString(), OptionalLong.empty(), List.of(), -1)) {
      return new ArrayList<>(rows.toList());
    }
  }

  List<Object> values(String column) throws IOException {
    return rows().stream().map(row -> row.get(column)).toList();
  }
}
