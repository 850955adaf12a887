package io.sluice.connectors.delta;

import io.delta.kernel.Snapshot;
import io.delta.kernel.data.FilteredColumnarBatch;
import io.delta.kernel.data.Row;
import io.delta.kernel.engine.Engine;
import io.delta.kernel.internal.InternalScanFileUtils;
import io.delta.kernel.internal.actions.AddFile;
import io.delta.kernel.internal.actions.DeletionVectorDescriptor;
import io.delta.kernel.internal.util.VectorUtils;
import io.delta.kernel.utils.CloseableIterator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A data file of a table version, as its log names it.
 *
 * @param scanRow what Kernel needs to read it
 */
record StoredFile(Row scanRow) {

  /**
   * What the protocol tells files by. The same file with other deletions is another one.
   *
   * @param path as in the log
   * @param deletions the id of the deletion vector, empty for none
   */
  record Key(String path, String deletions) {}

  static List<StoredFile> of(Engine engine, Snapshot snapshot) throws IOException {
    List<StoredFile> files = new ArrayList<>();

    try (CloseableIterator<Row> rows =
        snapshot
            .getScanBuilder()
            .build()
            .getScanFiles(engine, true)
            .flatMap(FilteredColumnarBatch::getRows)) {
      while (rows.hasNext()) {
        files.add(new StoredFile(rows.next()));
      }
    }
    return files;
  }

  AddFile add() {
    return new AddFile(scanRow.getStruct(InternalScanFileUtils.ADD_FILE_ORDINAL));
  }

  Key key() {
    return new Key(
        add().getPath(), deletions().map(DeletionVectorDescriptor::getUniqueId).orElse(""));
  }

  Optional<DeletionVectorDescriptor> deletions() {
    return add().getDeletionVector();
  }

  /** Partition column to value, null for null, as the log has them. */
  Map<String, String> partitionValues() {
    return new HashMap<>(VectorUtils.toJavaMap(add().getPartitionValues()));
  }

  long size() {
    return add().getSize();
  }

  long modificationTime() {
    return add().getModificationTime();
  }

  /** The share of its rows that are deleted, 0 to 1; 1 if it has deletions but no statistics. */
  double deletedShare() {
    AddFile add = add();
    return add.getDeletionVector()
        .map(
            vector ->
                add.getNumRecords()
                    .map(rows -> rows == 0 ? 1.0 : (double) vector.getCardinality() / rows)
                    .orElse(1.0))
        .orElse(0.0);
  }

  /** About the bytes that its live rows take. */
  long liveSize() {
    return deletions().isPresent() && add().getNumRecords().isEmpty()
        ? size()
        : Math.round(size() * (1 - deletedShare()));
  }
}
