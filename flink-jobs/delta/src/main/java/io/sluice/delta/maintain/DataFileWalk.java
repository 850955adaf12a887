package io.sluice.delta.maintain;

import io.sluice.delta.live.LearnedFiles;
import io.sluice.delta.live.MovesFile;
import io.sluice.delta.schema.NewColumns;
import io.sluice.delta.storage.LogNames;
import io.sluice.delta.storage.OpenReads;
import io.sluice.delta.storage.StoredFile;
import io.sluice.delta.storage.TableStorage;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/**
 * Finds the data files, deletion vectors, {@link MovesFile}s and unfinished files below a table.
 * Links are not followed. Other hidden names are passed over as all Delta tools do ({@code
 * _delta_log} is one), and so is whatever else somebody put there.
 */
final class DataFileWalk implements TableStorage.Visitor {

  /** Is shown every file that is one. */
  @FunctionalInterface
  interface Visitor {
    void file(StoredFile file, TableStorage.Removal removal) throws IOException;
  }

  /** Hidden folders that may hold what a failure has left. */
  private static final Set<String> OWN_FOLDERS =
      Set.of(MovesFile.FOLDER, OpenReads.FOLDER, NewColumns.CLAIMS_FOLDER, LearnedFiles.FOLDER);

  private final TableStorage table;
  private final List<String> partitionColumns;
  private final Visitor visitor;

  private DataFileWalk(TableStorage table, List<String> partitionColumns, Visitor visitor) {
    this.table = table;
    this.partitionColumns = partitionColumns;
    this.visitor = visitor;
  }

  static void walk(TableStorage table, List<String> partitionColumns, Visitor visitor)
      throws IOException {
    DataFileWalk walk = new DataFileWalk(table, partitionColumns, visitor);
    table.walk(walk::mayHoldData, walk);
  }

  private boolean mayHoldData(String folder) {
    return !hidden(folder) || partition(folder) || OWN_FOLDERS.contains(folder);
  }

  @Override
  public void file(StoredFile file) throws IOException {
    if (!hidden(file.name()) && isData(file.name())) {
      visitor.file(file, () -> table.delete(file.name()));
    }
  }

  @Override
  public void unfinished(StoredFile file, TableStorage.Removal removal) throws IOException {
    visitor.file(file, removal);
  }

  private static boolean hidden(String name) {
    String last = LogNames.last(name);
    return last.startsWith("_") || last.startsWith(".");
  }

  /** The name of a partition column may begin with an underscore. */
  private boolean partition(String folder) {
    String last = LogNames.last(folder);
    return partitionColumns.stream().anyMatch(column -> last.startsWith(column + "="));
  }

  /** What lies in the log, or in a folder beside it, is no data unless it is a file of moves. */
  private static boolean isData(String name) {
    String last = LogNames.last(name);
    boolean ours = OWN_FOLDERS.contains(name.substring(0, Math.max(0, name.lastIndexOf('/'))));
    return last.endsWith(MovesFile.SUFFIX)
        || !ours
            && (last.endsWith(".parquet")
                || (last.startsWith("deletion_vector_") && last.endsWith(".bin")));
  }
}
