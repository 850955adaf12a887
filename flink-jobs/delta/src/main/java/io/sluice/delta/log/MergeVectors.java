package io.sluice.delta.log;

import io.delta.kernel.internal.actions.DeletionVectorDescriptor;
import io.sluice.delta.storage.TableStorage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalLong;
import org.apache.flink.annotation.Internal;
import org.roaringbitmap.RoaringBitmap;

/** Writes the deletion vectors of one version, all into one file. */
@Internal
public final class MergeVectors {

  private final TableStorage table;
  private final DeletionVectors vectors;
  private final List<String> written = new ArrayList<>();

  public MergeVectors(TableStorage table) {
    this.table = table;
    vectors = new DeletionVectors(table);
  }

  /**
   * Gives the files the vectors that they need, and leaves out those of which no row is left.
   *
   * @param files a file that is to be changed has a known number of rows
   */
  public List<FileChanges.Added> attach(List<FileChanges.Added> files) throws IOException {
    List<FileChanges.Added> left = files.stream().filter(file -> !isEmpty(file)).toList();
    List<RoaringBitmap> deleted =
        left.stream().map(FileChanges.Added::deleted).filter(rows -> !rows.isEmpty()).toList();
    if (deleted.isEmpty()) {
      return left;
    }
    DeletionVectors.Written file = vectors.write(deleted);
    written.add(file.file());
    Iterator<DeletionVectorDescriptor> descriptors = file.descriptors().iterator();
    return left.stream()
        .map(
            added ->
                added.deleted().isEmpty()
                    ? added
                    : new FileChanges.Added(added.file().with(descriptors.next()), added.deleted()))
        .toList();
  }

  private static boolean isEmpty(FileChanges.Added added) {
    OptionalLong rows = added.file().rows();
    return rows.isPresent() && added.deleted().getLongCardinality() >= rows.getAsLong();
  }

  /** Removes what was written for a version that another writer took. */
  public void discard() throws IOException {
    for (String file : written) {
      table.delete(file);
    }
    written.clear();
  }
}
