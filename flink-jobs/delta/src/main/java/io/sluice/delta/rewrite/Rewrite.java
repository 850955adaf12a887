package io.sluice.delta.rewrite;

import io.sluice.delta.live.LiveFiles;
import io.sluice.delta.live.Moves;
import io.sluice.delta.log.DeltaFile;
import io.sluice.delta.log.FileChanges;
import io.sluice.delta.log.FileIds;
import io.sluice.delta.log.LiveFile;
import io.sluice.delta.schema.PartitionValues;
import io.sluice.delta.storage.TableStorage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.apache.flink.annotation.Internal;
import org.roaringbitmap.RoaringBitmap;

/**
 * Files that hold the same rows as others and shall take their place. It is committed as a whole or
 * not at all.
 *
 * @param inputs files that go
 * @param outputs files that come; none when all rows of the inputs are deleted
 * @param rows how many rows they hold
 * @param moves where the rows of the inputs are in the only output; empty when they were put into
 *     another order
 */
@Internal
public record Rewrite(
    List<Moves.Input> inputs, List<LiveFile> outputs, long rows, Optional<Moves> moves) {

  public Rewrite {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }

  /**
   * The change of a table as it is now; rows of the output that are deleted in the inputs are
   * deleted in it, too. Empty when other things happened to the inputs, or nothing of them is left.
   */
  Optional<FileChanges> onto(LiveFiles live) throws IOException {
    List<LiveFile> removed = new ArrayList<>();
    RoaringBitmap deletedRows = new RoaringBitmap();
    for (Moves.Input input : inputs) {
      LiveFile now = live.byPath(input.file().path());
      if (now != null) {
        removed.add(now);
      }
      if (moves.isEmpty()) {
        if (now == null || !now.vector().equals(input.file().vector())) {
          return Optional.empty();
        }
        continue;
      }
      Optional<RoaringBitmap> deleted = deletedIn(input, now, live);
      if (deleted.isEmpty()) {
        return Optional.empty();
      }
      deletedRows.or(moves.get().places(FileIds.of(input.file().path()), deleted.get()));
    }
    return removed.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new FileChanges(
                removed,
                outputs.stream()
                    .map(output -> new FileChanges.Added(output, deletedRows))
                    .toList()));
  }

  /**
   * The deleted rows of an input that has changed; empty when something else happened to it.
   *
   * @param now null when it is not live any more: one without a row leaves the table
   */
  private static Optional<RoaringBitmap> deletedIn(Moves.Input input, LiveFile now, LiveFiles live)
      throws IOException {
    if (now == null) {
      return live.isErased(input.file().path())
          ? Optional.of(RoaringBitmap.bitmapOfRange(0, input.file().rows().getAsLong()))
          : Optional.empty();
    }
    RoaringBitmap deleted = live.deletedIn(now);
    return RoaringBitmap.andNot(input.deleted(), deleted).isEmpty()
        ? Optional.of(deleted)
        : Optional.empty();
  }

  /** Whether what was written for it is there: a vacuum takes what no version names. */
  boolean isThere(TableStorage table) throws IOException {
    for (LiveFile output : outputs) {
      boolean there =
          table.exists(PartitionValues.decode(output.path()))
              && (output.moves() == null || table.exists(output.moves()));
      if (!there) {
        return false;
      }
    }
    return true;
  }

  /** Removes what was written for it; no table version may name it. */
  public void discard(TableStorage table) throws IOException {
    discard(table, outputs.stream().map(LiveFile::file).toList());
    for (LiveFile output : outputs) {
      if (output.moves() != null) {
        table.delete(output.moves());
      }
    }
  }

  public static void discard(TableStorage table, Collection<DeltaFile> files) throws IOException {
    for (DeltaFile file : files) {
      table.delete(PartitionValues.decode(file.path()));
    }
  }
}
