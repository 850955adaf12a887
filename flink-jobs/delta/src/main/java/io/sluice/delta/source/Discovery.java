package io.sluice.delta.source;

import com.fasterxml.jackson.databind.JsonNode;
import io.delta.kernel.Snapshot;
import io.delta.kernel.engine.Engine;
import io.sluice.delta.log.LiveFile;
import io.sluice.delta.log.ReaderFeatures;
import io.sluice.delta.log.SnapshotChoice;
import io.sluice.delta.log.TableFolder;
import io.sluice.delta.log.TableHistory;
import io.sluice.delta.log.TableLog;
import io.sluice.delta.log.VersionActions;
import io.sluice.delta.parquet.RangeReader;
import io.sluice.delta.schema.DeltaTypes;
import io.sluice.delta.schema.RefusedTableException;
import io.sluice.delta.storage.LogNames;
import io.sluice.delta.storage.TableEngine;
import io.sluice.delta.storage.TableStorage;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** Looks into a table's log for what is to be read. Keeps nothing between two calls. */
final class Discovery {

  /** So that a far start is neither one huge state nor one long silence. */
  static final int VERSIONS_AT_ONCE = 100;

  private final ReadPlan plan;
  private final TableStorage table;
  private final Engine engine;

  Discovery(ReadPlan plan) {
    this.plan = plan;
    table = TableStorage.of(plan.table());
    engine = TableEngine.of(table);
  }

  /**
   * What there is to read first.
   *
   * @throws RefusedTableException if there is no such version, or it cannot be read
   */
  DeltaSourceState start() throws IOException {
    if (plan.snapshot() == null) {
      return startAppends();
    }
    Snapshot snapshot = plan.snapshot().load(table, engine);
    check(snapshot);
    List<DeltaSplit> splits = new ArrayList<>();
    for (LiveFile file : LiveFile.in(engine, snapshot)) {
      addSplits(splits, snapshot.getVersion(), file);
    }
    return new DeltaSourceState(
        id(snapshot),
        OptionalLong.of(snapshot.getVersion() + 1),
        splits,
        OpenReadMark.of(snapshot.getVersion()));
  }

  private DeltaSourceState startAppends() throws IOException {
    Snapshot latest = SnapshotChoice.latest().load(table, engine);
    long from = plan.fromVersion();
    if (from > latest.getVersion() + 1) {
      throw new RefusedTableException(
          "Table %s has no version %d to start from; its latest is %d. Start from %d or an earlier one"
              .formatted(table, from, latest.getVersion(), latest.getVersion() + 1));
    }
    check(latest);
    // Earlier ones can be tailed, but nobody can tell their schema.
    if (from <= latest.getVersion() && from >= SnapshotChoice.earliest(engine, latest)) {
      check(SnapshotChoice.version(from).load(table, engine));
    }
    return new DeltaSourceState(
        id(latest), OptionalLong.of(from), List.of(), OpenReadMark.of(from));
  }

  private void check(Snapshot snapshot) {
    ReaderFeatures.check(table, snapshot);
    plan.schema().check(snapshot.getVersion(), snapshot.getSchema(), snapshot.getTableProperties());
    plan.filter().check(snapshot.getVersion(), snapshot.getPartitionColumnNames());
  }

  private static String id(Snapshot snapshot) {
    return TableLog.tableId(snapshot);
  }

  /** Fails if the table, or its columns, are not those that a state tells of. */
  void requireSame(DeltaSourceState state) throws IOException {
    Snapshot latest = SnapshotChoice.latest().load(table, engine);
    if (!id(latest).equals(state.tableId())) {
      throw new RefusedTableException(
          ("Table %s (id %s) is not the one that the restored state has read (id %s): somebody made it"
                  + " anew. Start without this state")
              .formatted(table, id(latest), state.tableId()));
    }
    long version = Math.max(0, state.next().orElseThrow() - 1);
    // The job may have been built anew, for columns that are not those of the version it reads.
    if (version >= SnapshotChoice.earliest(engine, latest)) {
      check(SnapshotChoice.version(version).load(table, engine));
    }
  }

  /**
   * The rows that later versions append.
   *
   * @param state up to where the log is known
   * @return the same up to some later version, with the new splits only
   * @throws RefusedTableException if a version does more than append, or the log was cut off
   */
  DeltaSourceState after(DeltaSourceState state) throws IOException {
    long first = state.next().orElseThrow();
    long version = first;
    List<DeltaSplit> splits = new ArrayList<>();
    try {
      for (; version < first + VERSIONS_AT_ONCE; version++) {
        for (LiveFile file : appended(version, state.tableId())) {
          addSplits(splits, version, file);
        }
      }
    } catch (NoSuchFileException none) {
      requireEnd(version, none);
    }
    return new DeltaSourceState(state.tableId(), OptionalLong.of(version), splits);
  }

  private void addSplits(List<DeltaSplit> splits, long version, LiveFile file) throws IOException {
    if (plan.filter().accepts(file)) {
      if (file.file().size() > plan.splitSize()) {
        checkSize(version, file);
      }
      splits.addAll(DeltaSplit.of(version, file, plan.splitSize()));
    }
  }

  /** There are as many splits as the log says that the file is large. */
  private void checkSize(long version, LiveFile file) throws IOException {
    long size;
    try {
      size = table.status(new TableFolder(table).below(file.path())).size();
    } catch (NoSuchFileException e) {
      throw RangeReader.gone(table, file.path(), e);
    }
    if (size != file.file().size()) {
      throw new IOException(
          "Version %d of table %s says that its file %s has %d bytes, and it has %d. The table is damaged or forged; put its log and files back from a backup"
              .formatted(version, table, file.path(), file.file().size(), size));
    }
  }

  private List<LiveFile> appended(long version, String tableId) throws IOException {
    VersionActions actions = VersionActions.read(table, version);
    checkProtocol(version, actions.protocol());
    if (actions.metaData().isObject()) {
      checkMetaData(version, actions.metaData(), tableId);
    }
    if (actions.removesRows()) {
      throw new RefusedTableException(
          ("Version %d of table %s (%s) deletes or changes rows, which a source of appends cannot show."
                  + " Read the table as a snapshot, or go on behind it: start without state from version %d")
              .formatted(
                  version,
                  table,
                  actions.operation().isEmpty() ? "unknown operation" : actions.operation(),
                  version + 1));
    }
    return actions.added();
  }

  private void checkProtocol(long version, JsonNode protocol) {
    List<String> features = new ArrayList<>();
    protocol.path("readerFeatures").forEach(feature -> features.add(feature.asText()));
    ReaderFeatures.check(table, version, protocol.path("minReaderVersion").asInt(), features);
  }

  private void checkMetaData(long version, JsonNode metaData, String tableId) {
    String id = metaData.path("id").asText();
    if (!id.equals(tableId)) {
      throw new RefusedTableException(
          ("Version %d of table %s is of another table (id %s) than the one that was read so far (id %s): somebody"
                  + " made it anew. Start without state")
              .formatted(version, table, id, tableId));
    }
    Map<String, String> properties = new HashMap<>();
    metaData
        .path("configuration")
        .fields()
        .forEachRemaining(
            property -> properties.put(property.getKey(), property.getValue().asText()));
    plan.schema()
        .check(version, DeltaTypes.parse(metaData.path("schemaString").asText()), properties);
    List<String> partitionColumns = new ArrayList<>();
    metaData.path("partitionColumns").forEach(column -> partitionColumns.add(column.asText()));
    plan.filter().check(version, partitionColumns);
  }

  /**
   * A missing entry is the end of the log if the one before it is there: entries are contiguous,
   * and a clean-up removes them from the first on.
   */
  private void requireEnd(long missing, NoSuchFileException cause) throws IOException {
    boolean isEnd =
        missing > 0
            && table.exists(LogNames.entry(missing - 1))
            && !table.exists(LogNames.entry(missing + 1));
    if (isEnd) {
      return;
    }
    OptionalLong later = OptionalLong.empty();
    if (table.isFolder(TableStorage.LOG)) {
      later = TableHistory.firstFrom(table, missing);
    }
    // The entry may have come since it was missed; the next look reads it.
    if (table.exists(LogNames.entry(missing))) {
      return;
    }
    if (later.isPresent()) {
      throw new RefusedTableException(
          ("Version %d of table %s cannot be read any more: its log was cleaned up. The earliest entry is %d;"
                  + " start without state from that version, or from a snapshot")
              .formatted(missing, table, later.getAsLong()),
          cause);
    }
    if (missing > 0) {
      throw new RefusedTableException(
          ("The log of table %s ends before version %d, up to which it was read: somebody removed the table, made"
                  + " it anew or rolled it back. Put it back, or start without state")
              .formatted(table, missing - 1),
          cause);
    }
  }
}
