package io.sluice.delta.rewrite;

import io.delta.kernel.Snapshot;
import io.delta.kernel.engine.Engine;
import io.delta.kernel.types.StructField;
import io.delta.kernel.types.StructType;
import io.sluice.delta.live.CompactionCandidates;
import io.sluice.delta.live.FileGroup;
import io.sluice.delta.live.Moves;
import io.sluice.delta.live.MovesFile;
import io.sluice.delta.log.DeltaFile;
import io.sluice.delta.log.FileIds;
import io.sluice.delta.log.LiveFile;
import io.sluice.delta.parquet.FileStatistics;
import io.sluice.delta.parquet.LiveRows;
import io.sluice.delta.schema.PartitionValues;
import io.sluice.delta.storage.TableStorage;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.apache.flink.annotation.Internal;

/** Writes the rows of a group of files into new files, which no table version names yet. */
@Internal
public final class GroupWriter {

  /** Copies the live rows of files, in an order of its own. */
  @FunctionalInterface
  public interface Copy {
    void copy(List<LiveFile> files, RewrittenFiles to) throws IOException;
  }

  private final TableStorage table;
  private final Engine engine;
  private final Snapshot snapshot;
  private final StructType columns;
  private final FileStatistics statistics;

  /**
   * Writes files with statistics of all indexed columns.
   *
   * @param snapshot whose files are read
   */
  public GroupWriter(TableStorage table, Engine engine, Snapshot snapshot) {
    this(table, engine, snapshot, FileStatistics::new);
  }

  /**
   * @param snapshot whose files are read
   * @param statistics of files with these columns
   */
  public GroupWriter(
      TableStorage table,
      Engine engine,
      Snapshot snapshot,
      Function<StructType, FileStatistics> statistics) {
    this.table = table;
    this.engine = engine;
    this.snapshot = snapshot;
    List<String> partitions = snapshot.getPartitionColumnNames();
    columns =
        new StructType(
            snapshot.getSchema().fields().stream()
                .filter(field -> !partitions.contains(field.getName()))
                .toList());
    this.statistics = statistics.apply(columns);
  }

  /** The columns of the data files. */
  public StructType columns() {
    return columns;
  }

  /** A reader of some of the columns of the data files. */
  public LiveRows rows(List<String> names) {
    List<StructField> fields = names.stream().map(columns::get).toList();
    return new LiveRows(table, engine, snapshot, new StructType(fields));
  }

  public LiveRows rows() {
    return rows(columns.fieldNames());
  }

  /**
   * Writes the rows in another order.
   *
   * @param fileSize bytes after which a new file is begun
   */
  public Rewrite reordered(FileGroup group, long fileSize, Copy copy) throws IOException {
    List<Moves.Input> inputs =
        group.files().stream().map(file -> new Moves.Input(file, null, Moves.NONE)).toList();
    try (RewrittenFiles files =
        new RewrittenFiles(table, columns, statistics, group.partitionValues(), fileSize)) {
      copy.copy(group.files(), files);
      List<LiveFile> outputs =
          files.finish().stream().map(file -> LiveFile.added(file, Map.of())).toList();
      return new Rewrite(inputs, outputs, files.rows(), Optional.empty());
    }
  }

  /**
   * Writes the rows one file after the other into one.
   *
   * @param inputs of one partition
   * @param tracked leave a word on where the rows are now, for indexes
   * @param cancelled asked now and then
   * @throws IOException also when it was cancelled
   */
  public Rewrite joined(
      Map<String, String> partitionValues,
      List<Moves.Input> inputs,
      boolean tracked,
      BooleanSupplier cancelled)
      throws IOException {
    LiveRows rows = rows();
    try (RewrittenFiles files = oneFile(partitionValues)) {
      for (Moves.Input input : inputs) {
        rows.read(
            input.file(),
            row -> {
              check(cancelled, table);
              files.write(row);
            });
      }
      return rewrite(inputs, files, tracked);
    }
  }

  /**
   * Joins files as {@link #joined} does, but copies row groups as they are where they are large and
   * few of their rows deleted. Those stay deleted rows, then.
   */
  Rewrite packed(
      Map<String, String> partitionValues,
      List<Moves.Input> inputs,
      boolean tracked,
      BooleanSupplier cancelled)
      throws IOException {
    try (RewrittenFiles files = oneFile(partitionValues)) {
      List<LiveFile> live = inputs.stream().map(Moves.Input::file).toList();
      Optional<RowGroups> groups =
          mayStay(inputs, tracked)
              ? RowGroups.of(table, files.schema(), live, RowGroups.ENOUGH_BYTES)
              : Optional.empty();
      if (groups.isPresent()) {
        files.copy(groups.get(), cancelled);
        return rewrite(inputs.stream().map(Moves.Input::whole).toList(), files, tracked);
      }
    }
    return joined(partitionValues, inputs, tracked, cancelled);
  }

  /** Whether the rows that are deleted may stay in the new file. */
  private static boolean mayStay(List<Moves.Input> inputs, boolean tracked) {
    if (inputs.stream().allMatch(input -> input.deleted().isEmpty())) {
      return true;
    }
    long bytes = inputs.stream().mapToLong(input -> input.file().file().size()).sum();
    long left = inputs.stream().mapToLong(input -> input.file().liveSize()).sum();
    // Whether another table may have deletion vectors at all is not known here.
    return tracked && !CompactionCandidates.isWasteful(bytes - left, bytes);
  }

  /** One file, whatever its size comes to: the inputs were chosen by their sizes. */
  private RewrittenFiles oneFile(Map<String, String> partitionValues) {
    return new RewrittenFiles(table, columns, statistics, partitionValues, Long.MAX_VALUE);
  }

  /** Fails when it was cancelled. */
  static void check(BooleanSupplier cancelled, TableStorage place) throws IOException {
    if (cancelled.getAsBoolean()) {
      throw new IOException("The compaction of " + place + " was cancelled");
    }
  }

  private Rewrite rewrite(List<Moves.Input> inputs, RewrittenFiles files, boolean tracked)
      throws IOException {
    List<DeltaFile> written = files.finish();
    Optional<Moves> moves = moves(written, inputs);
    Map<String, String> tags =
        tracked && moves.isPresent() ? tags(written, moves.get(), inputs) : Map.of();
    return new Rewrite(
        inputs,
        written.stream().map(file -> LiveFile.added(file, tags)).toList(),
        files.rows(),
        moves);
  }

  private Map<String, String> tags(List<DeltaFile> written, Moves moves, List<Moves.Input> inputs)
      throws IOException {
    long since =
        inputs.stream().mapToLong(input -> input.file().since()).min().orElse(Long.MIN_VALUE);
    try {
      String movesPath = MovesFile.write(table, moves);
      return since == Long.MIN_VALUE
          ? Map.of(LiveFile.MOVES_TAG, movesPath)
          : Map.of(LiveFile.MOVES_TAG, movesPath, LiveFile.SINCE_TAG, Long.toString(since));
    } catch (IOException e) {
      written.forEach(file -> table.discard(PartitionValues.decode(file.path()), e));
      throw e;
    }
  }

  /** Empty when there is nothing to be found any more, or an input does not tell its rows. */
  private static Optional<Moves> moves(List<DeltaFile> written, List<Moves.Input> inputs) {
    return written.isEmpty() || inputs.stream().anyMatch(input -> input.file().rows().isEmpty())
        ? Optional.empty()
        : Optional.of(Moves.into(FileIds.of(written.get(0).path()), inputs));
  }
}
