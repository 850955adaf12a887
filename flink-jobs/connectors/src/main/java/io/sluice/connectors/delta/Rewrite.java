package io.sluice.connectors.delta;

import io.delta.kernel.engine.Engine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
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
record Rewrite(List<Moves.Input> inputs, List<LiveFile> outputs, long rows, Optional<Moves> moves) {

  Rewrite {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }

  long inputBytes() {
    return inputs.stream().mapToLong(input -> input.file().file().size()).sum();
  }

  long outputBytes() {
    return outputs.stream().mapToLong(output -> output.file().size()).sum();
  }

  long inputVectors() {
    return inputs.stream().filter(input -> input.file().vector().isPresent()).count();
  }

  /**
   * The change of a table as it is now; rows that were deleted since the inputs were read are
   * deleted in the output, too. Empty when other things happened to the inputs.
   */
  Optional<Merge> onto(LiveFiles live, Engine engine) throws IOException {
    List<LiveFile> removed = new ArrayList<>();
    RoaringBitmap deletedSince = new RoaringBitmap();
    for (Moves.Input input : inputs) {
      LiveFile now = live.byPath(input.file().path());
      if (now == null) {
        return Optional.empty();
      }
      removed.add(now);
      if (!now.vector().equals(input.file().vector())) {
        RoaringBitmap deleted = live.deletedIn(engine, now);
        if (moves.isEmpty() || !RoaringBitmap.andNot(input.deleted(), deleted).isEmpty()) {
          return Optional.empty();
        }
        deletedSince.or(moves.get().places(FileIds.of(now.path()), deleted));
      }
    }
    return Optional.of(
        new Merge(
            removed,
            outputs.stream().map(output -> new Merge.Added(output, deletedSince)).toList()));
  }

  /** Whether what was written for it is there: a vacuum takes what no version names. */
  boolean isOnDisk(Path table) {
    return outputs.stream()
        .allMatch(
            output ->
                Files.exists(table.resolve(PartitionValues.decode(output.path())))
                    && (output.moves() == null || Files.exists(table.resolve(output.moves()))));
  }

  /** Removes what was written for it; no table version may name it. */
  void discard(Path table) throws IOException {
    discard(table, outputs.stream().map(LiveFile::file).toList());
    for (LiveFile output : outputs) {
      if (output.moves() != null) {
        Files.deleteIfExists(table.resolve(output.moves()));
      }
    }
  }

  static void discard(Path table, Collection<DeltaFile> files) throws IOException {
    for (DeltaFile file : files) {
      Files.deleteIfExists(table.resolve(PartitionValues.decode(file.path())));
    }
  }
}
