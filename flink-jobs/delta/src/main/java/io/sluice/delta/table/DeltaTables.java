package io.sluice.delta.table;

import io.delta.kernel.Snapshot;
import io.delta.kernel.engine.Engine;
import io.delta.kernel.types.StructField;
import io.sluice.delta.commit.DeltaCommittable;
import io.sluice.delta.commit.Fence;
import io.sluice.delta.commit.SavedSink;
import io.sluice.delta.log.DeletionVectors;
import io.sluice.delta.log.LiveFile;
import io.sluice.delta.log.SnapshotChoice;
import io.sluice.delta.log.TableFolder;
import io.sluice.delta.log.TableHistory;
import io.sluice.delta.log.TableLog;
import io.sluice.delta.log.TableProtocol;
import io.sluice.delta.log.TableState;
import io.sluice.delta.log.TableVersion;
import io.sluice.delta.parquet.ReadSchema;
import io.sluice.delta.parquet.RowBatch;
import io.sluice.delta.schema.PartitionText;
import io.sluice.delta.schema.RefusedTableException;
import io.sluice.delta.schema.TypeText;
import io.sluice.delta.storage.CommitPause;
import io.sluice.delta.storage.TableEngine;
import io.sluice.delta.storage.TableStorage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.annotation.PublicEvolving;
import org.roaringbitmap.RoaringBitmap;

/**
 * Looks into Delta tables. Every method reads the table as it is at the call; paths are absolute,
 * {@code file:} URIs or {@code s3://bucket/key}. A path without a table ends in a {@link
 * FileNotFoundException} that says so.
 */
@PublicEvolving
public final class DeltaTables {

  /** A bitmap of some bytes can delete 2^31 rows, which are listed one by one here. */
  private static final int MOST_DELETED = 20_000_000;

  private DeltaTables() {}

  /** The tables {@code <root>/<layer>/<name>}, sorted; empty when there is no root. */
  public static List<LakeTable> list(String lakeRoot) throws IOException {
    TableStorage root = TableStorage.of(lakeRoot);
    List<LakeTable> tables = new ArrayList<>();
    for (String layer : root.folders("")) {
      for (String name : root.folders(layer)) {
        String table = root.path(layer + "/" + name);
        if (TableStorage.of(table).isFolder(TableStorage.LOG)) {
          tables.add(new LakeTable(layer, name, table));
        }
      }
    }
    return tables;
  }

  /** Whether a table with at least one version is there. */
  public static boolean exists(String tablePath) throws IOException {
    try {
      latest(tablePath);
      return true;
    } catch (FileNotFoundException absent) {
      return false;
    }
  }

  /**
   * The columns, in order.
   *
   * @param version the latest if empty
   */
  public static List<TableColumn> schema(String tablePath, OptionalLong version)
      throws IOException {
    Snapshot snapshot = choice(version).load(TableStorage.of(tablePath), engine(tablePath));
    List<String> partitions = snapshot.getPartitionColumnNames();
    return snapshot.getSchema().fields().stream()
        .map(
            field ->
                new TableColumn(
                    field.getName(),
                    TypeText.of(field.getDataType()),
                    field.isNullable(),
                    partitions.contains(field.getName())))
        .toList();
  }

  public static long latestVersion(String tablePath) throws IOException {
    return latest(tablePath).getVersion();
  }

  /**
   * The latest version whose commit time is at or before a moment.
   *
   * @throws RefusedTableException if the table's first readable version is younger, naming it
   */
  public static long versionAsOf(String tablePath, Instant time) throws IOException {
    return SnapshotChoice.at(time).load(TableStorage.of(tablePath), engine(tablePath)).getVersion();
  }

  /** When the latest version became readable. */
  public static Instant lastCommitTime(String tablePath) throws IOException {
    return Instant.ofEpochMilli(latest(tablePath).getTimestamp(engine(tablePath)));
  }

  /** Fence group to the highest order value in the table; see {@link Fence}. */
  public static Map<String, Long> positions(String tablePath) throws IOException {
    Snapshot snapshot = latest(tablePath);
    return Fence.positions(
        new TableState(snapshot.getVersion(), TableLog.transactions(engine(tablePath), snapshot)));
  }

  /** The ids of the sinks that ever committed to the table; empty for a table of another writer. */
  public static Set<String> sinkIds(String tablePath) throws IOException {
    return TableLog.transactions(engine(tablePath), latest(tablePath)).keySet().stream()
        .filter(appId -> !appId.startsWith(Fence.APP_ID_PREFIX) && !SavedSink.isLimit(appId))
        .flatMap(appId -> DeltaCommittable.sinkId(appId).stream())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /**
   * The newest versions, newest first.
   *
   * @param limit the most to return; fewer when older log entries were cleaned up
   */
  public static List<TableVersion> history(String tablePath, int limit) throws IOException {
    return new TableHistory(TableStorage.of(tablePath)).before(latestVersion(tablePath), limit);
  }

  /** When the pause of a table ends; empty if there is none. See {@code DeltaMaintenance.pause}. */
  public static Optional<Instant> pausedUntil(String tablePath) throws IOException {
    TableStorage table = TableStorage.of(tablePath);
    return CommitPause.until(table, table.clock(Clock.systemUTC()).instant());
  }

  public static TableDetail detail(String tablePath) throws IOException {
    Engine engine = engine(tablePath);
    Snapshot snapshot = latest(tablePath);
    long bytes = 0;
    long rows = 0;
    List<LiveFile> files = LiveFile.in(engine, snapshot);
    for (LiveFile file : files) {
      long deleted = file.deleted();
      bytes += file.file().size();
      rows = rows < 0 || file.rows().isEmpty() ? -1 : rows + file.rows().getAsLong() - deleted;
    }
    TableProtocol protocol = TableProtocol.of(snapshot);
    return new TableDetail(
        TableStorage.of(tablePath).table(),
        snapshot.getVersion(),
        Instant.ofEpochMilli(snapshot.getTimestamp(engine)),
        files.size(),
        bytes,
        rows,
        snapshot.getPartitionColumnNames(),
        protocol.reader(),
        protocol.writer(),
        protocol.features(),
        snapshot.getTableProperties());
  }

  /**
   * Rows as maps from column name to value; close the stream. Dates are LocalDate, timestamps
   * Instant, timestamps without zone LocalDateTime, decimals BigDecimal, arrays List, maps and rows
   * Map, binary byte[].
   *
   * @param version the latest if empty
   * @param columns names in the wanted order; empty for all
   * @param limit the most rows to return, negative for all
   */
  public static Stream<Map<String, Object>> rows(
      String tablePath, OptionalLong version, List<String> columns, long limit) throws IOException {
    RowMaps rows = new RowMaps(open(tablePath, version, columns));
    Stream<Map<String, Object>> stream = rows.stream();
    return limit < 0 ? stream : stream.limit(limit);
  }

  /**
   * Shows every row to a visitor, without an object per row: for millions of rows.
   *
   * @return the number of rows shown
   */
  public static long scan(
      String tablePath, OptionalLong version, List<String> columns, RowVisitor visitor)
      throws IOException {
    long shown = 0;
    try (TableScan scan = open(tablePath, version, columns)) {
      for (Optional<RowBatch> batch = scan.next(); batch.isPresent(); batch = scan.next()) {
        BatchRows rows = new BatchRows(batch.get(), scan.columns());
        while (rows.hasNext()) {
          shown++;
          if (!visitor.visit(rows.next())) {
            return shown;
          }
        }
      }
    }
    return shown;
  }

  /**
   * The data files of a version with their deletions, for an engine that reads Parquet itself.
   *
   * @param version the latest if empty
   * @param copies a folder into which files are copied that are on no disk of this machine; it is
   *     the caller's to remove
   * @throws RefusedTableException if the table needs what readers of plain Parquet do not support
   */
  public static TableFiles files(String tablePath, OptionalLong version, Path copies)
      throws IOException {
    TableStorage table = TableStorage.of(tablePath);
    Engine engine = TableEngine.of(table);
    Snapshot snapshot = choice(version).load(table, engine);
    ReadSchema schema = ReadSchema.of(table, snapshot, List.of());
    List<String> partitions = snapshot.getPartitionColumnNames();
    List<TableFiles.Column> columns = new ArrayList<>();
    for (int i = 0; i < schema.logical().length(); i++) {
      StructField column = schema.logical().at(i);
      columns.add(
          new TableFiles.Column(
              column.getName(),
              schema.physical().at(i).getName(),
              TypeText.of(column.getDataType()),
              partitions.contains(column.getName())));
    }
    TableFolder paths = new TableFolder(table);
    DeletionVectors vectors = new DeletionVectors(table);
    List<TableFiles.File> files = new ArrayList<>();
    for (LiveFile file : LiveFile.in(engine, snapshot)) {
      int[] deleted =
          file.vector().isPresent()
              ? deleted(tablePath, file, vectors.read(file.vector().get()))
              : new int[0];
      files.add(
          new TableFiles.File(
              table.onDisk(paths.inside(file.path()), copies),
              partitionValues(tablePath, schema, file),
              deleted));
    }
    return new TableFiles(snapshot.getVersion(), columns, files);
  }

  private static int[] deleted(String tablePath, LiveFile file, RoaringBitmap rows) {
    if (rows.getLongCardinality() > MOST_DELETED) {
      throw new RefusedTableException(
          "File %s of table %s has %d deleted rows; another engine is told of %d in a file at most. Compact the table first, or read it row by row"
              .formatted(file.path(), tablePath, rows.getLongCardinality(), MOST_DELETED));
    }
    return rows.toArray();
  }

  private static Map<String, Object> partitionValues(
      String tablePath, ReadSchema schema, LiveFile file) {
    Map<String, Object> values = new HashMap<>();
    for (StructField column : schema.physical().fields()) {
      if (file.file().partitionValues().containsKey(column.getName())) {
        String text = file.file().partitionValues().get(column.getName());
        values.put(column.getName(), PartitionText.parse(tablePath, column, text));
      }
    }
    return values;
  }

  private static TableScan open(String tablePath, OptionalLong version, List<String> columns)
      throws IOException {
    TableStorage table = TableStorage.of(tablePath);
    Engine engine = TableEngine.of(table);
    return new TableScan(table, engine, choice(version).load(table, engine), columns);
  }

  private static Engine engine(String tablePath) {
    return TableEngine.of(TableStorage.of(tablePath));
  }

  private static SnapshotChoice choice(OptionalLong version) {
    return version.isPresent()
        ? SnapshotChoice.version(version.getAsLong())
        : SnapshotChoice.latest();
  }

  private static Snapshot latest(String tablePath) throws IOException {
    return SnapshotChoice.latest().load(TableStorage.of(tablePath), engine(tablePath));
  }
}
