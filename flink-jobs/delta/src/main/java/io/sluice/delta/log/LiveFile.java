package io.sluice.delta.log;

import io.delta.kernel.Snapshot;
import io.delta.kernel.data.FilteredColumnarBatch;
import io.delta.kernel.data.Row;
import io.delta.kernel.engine.Engine;
import io.delta.kernel.internal.InternalScanFileUtils;
import io.delta.kernel.internal.actions.AddFile;
import io.delta.kernel.internal.actions.DeletionVectorDescriptor;
import io.delta.kernel.internal.data.GenericRow;
import io.delta.kernel.internal.util.VectorUtils;
import io.delta.kernel.utils.CloseableIterator;
import io.sluice.delta.storage.OutsideTableException;
import io.sluice.delta.storage.TableStorage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import org.apache.flink.annotation.Internal;

/**
 * A data file of a table version.
 *
 * @param rows deleted ones included; empty when its writer did not tell
 * @param vector which of its rows are deleted
 * @param tags of its {@code add} action
 */
@Internal
public record LiveFile(
    DeltaFile file,
    OptionalLong rows,
    Optional<DeletionVectorDescriptor> vector,
    Map<String, String> tags) {

  /** The tag of an {@code add} action that tells which upsert wrote the file, and when. */
  public static final String ORIGIN_TAG = "sluice.origin";

  /**
   * The tag of an {@code add} action whose value is the path, below the table, of the file that
   * tells which rows of other files this one holds.
   */
  public static final String MOVES_TAG = "sluice.moves";

  /**
   * The tag of an {@code add} action whose value is a time of an upsert's index: the entries of all
   * of the file's rows were written then or later. Only an index that forgets tells it.
   */
  public static final String SINCE_TAG = "sluice.since";

  private static final Pattern TIME = Pattern.compile("-?[0-9]{1,18}");

  public LiveFile {
    tags = Map.copyOf(tags);
  }

  /** A file that no version names yet. */
  public static LiveFile added(DeltaFile file, Map<String, String> tags) {
    return new LiveFile(file, Statistics.rows(file.stats()), Optional.empty(), tags);
  }

  public static LiveFile of(AddFile add) {
    Map<String, String> tags = new HashMap<>();
    add.getTags().ifPresent(map -> tags.putAll(VectorUtils.toJavaMap(map)));
    tags.values().removeIf(value -> value == null);
    String stats = add.getStatsJson().orElse("");
    try {
      DeltaFile file =
          new DeltaFile(
              add.getPath(),
              VectorUtils.toJavaMap(add.getPartitionValues()),
              add.getSize(),
              add.getModificationTime(),
              stats);
      OptionalLong rows = Statistics.rows(stats);
      add.getDeletionVector().ifPresent(vector -> checkDeleted(vector, rows));
      return new LiveFile(file, rows, add.getDeletionVector(), tags);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("File " + add.getPath() + ": " + e.getMessage(), e);
    }
  }

  private static void checkDeleted(DeletionVectorDescriptor vector, OptionalLong rows) {
    long deleted = vector.getCardinality();
    if (deleted < 0 || rows.isPresent() && deleted > rows.getAsLong()) {
      throw new IllegalArgumentException(
          "its deletion vector deletes %d rows, and it has %s"
              .formatted(deleted, rows.isPresent() ? rows.getAsLong() : "more than none"));
    }
  }

  /** Takes the files of a version, one after the other. */
  @FunctionalInterface
  public interface Visitor {
    void file(LiveFile file) throws IOException;
  }

  /** The files of a version. */
  public static List<LiveFile> in(Engine engine, Snapshot snapshot) throws IOException {
    List<LiveFile> files = new ArrayList<>();
    each(engine, snapshot, files::add);
    return files;
  }

  /** Counts the files of a version, and those that are smaller than some number of bytes. */
  public static int[] count(Engine engine, Snapshot snapshot, long bytes) throws IOException {
    int[] all = {0, 0};
    try (CloseableIterator<Row> rows =
        snapshot
            .getScanBuilder()
            .build()
            .getScanFiles(engine)
            .flatMap(FilteredColumnarBatch::getRows)) {
      while (rows.hasNext()) {
        all[0]++;
        all[1] += InternalScanFileUtils.getAddFileStatus(rows.next()).getSize() < bytes ? 1 : 0;
      }
    }
    return all;
  }

  /** Shows the files of a version, whose statistics are read as well. */
  public static void each(Engine engine, Snapshot snapshot, Visitor visitor) throws IOException {
    try (CloseableIterator<Row> rows =
        snapshot
            .getScanBuilder()
            .build()
            .getScanFiles(engine, true)
            .flatMap(FilteredColumnarBatch::getRows)) {
      while (rows.hasNext()) {
        visitor.file(
            of(new AddFile(rows.next().getStruct(InternalScanFileUtils.ADD_FILE_ORDINAL))));
      }
    } catch (RuntimeException e) {
      OutsideTableException.throwIfCauseOf(e);
      throw unreadable(snapshot, e);
    }
  }

  /** The failure of reading the files of a version. */
  public static IOException unreadable(Snapshot snapshot, RuntimeException e) {
    return new IOException(
        "The files of table %s at version %d cannot be read from its log: %s. Repair the log, or read another version"
            .formatted(snapshot.getPath(), snapshot.getVersion(), e.getMessage()),
        e);
  }

  public String path() {
    return file.path();
  }

  /** Who wrote it; null when it was none of our upserts. */
  public String origin() {
    return tags.get(ORIGIN_TAG);
  }

  /** Where it is told which rows of other files it holds; null when it holds none or none tells. */
  public String moves() {
    return tags.get(MOVES_TAG);
  }

  /**
   * The time of {@link #SINCE_TAG}, in milliseconds of the index's clock; {@link Long#MIN_VALUE}
   * for a file without a valid one.
   */
  public long since() {
    String since = tags.get(SINCE_TAG);
    return since == null || !TIME.matcher(since).matches() ? Long.MIN_VALUE : Long.parseLong(since);
  }

  /** Whether an index may know its rows. */
  public boolean isTracked() {
    return origin() != null || moves() != null;
  }

  /** How many of its rows are deleted. */
  public long deleted() {
    return vector.map(DeletionVectorDescriptor::getCardinality).orElse(0L);
  }

  /** The share of its rows that are deleted, 0 to 1; 1 if it has deletions but no statistics. */
  public double deletedShare() {
    if (vector.isEmpty()) {
      return 0;
    }
    return rows.orElse(0) == 0 ? 1 : (double) vector.get().getCardinality() / rows.getAsLong();
  }

  /** About the bytes that its live rows take. */
  public long liveSize() {
    return vector.isPresent() && rows.isEmpty()
        ? file.size()
        : Math.round(file.size() * (1 - deletedShare()));
  }

  /** What Kernel needs to read it. */
  public Row scanRow(TableStorage table) {
    String root = new io.delta.kernel.internal.fs.Path(table.toString()).toUri().toString();
    return new GenericRow(
        InternalScanFileUtils.SCAN_FILE_SCHEMA_WITH_STATS,
        Map.of(
            InternalScanFileUtils.ADD_FILE_ORDINAL,
            TableLog.addFile(this, true).toRow(),
            InternalScanFileUtils.SCAN_FILE_SCHEMA_WITH_STATS.indexOf("tableRoot"),
            root));
  }

  /** A copy with the number of rows in its statistics. */
  public LiveFile counted(long number) {
    return new LiveFile(
        withStatistics(Statistics.withRows(file.stats(), number)),
        OptionalLong.of(number),
        vector,
        tags);
  }

  private DeltaFile withStatistics(String stats) {
    return new DeltaFile(
        file.path(), file.partitionValues(), file.size(), file.modificationTime(), stats);
  }

  /**
   * A copy for the action that removes it: nobody reads the statistics and tags of a file that is
   * gone, and an upsert removes and adds files all the time.
   */
  LiveFile gone() {
    return new LiveFile(withStatistics(""), rows, vector, Map.of());
  }

  /** A copy with other rows deleted. */
  public LiveFile with(DeletionVectorDescriptor newVector) {
    return new LiveFile(
        withStatistics(Statistics.withLooseBounds(file.stats())),
        rows,
        Optional.of(newVector),
        tags);
  }
}
