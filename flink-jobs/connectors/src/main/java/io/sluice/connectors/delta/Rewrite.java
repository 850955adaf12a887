package io.sluice.connectors.delta;

import io.delta.kernel.data.Row;
import io.delta.kernel.internal.actions.AddFile;
import io.delta.kernel.internal.actions.SingleAction;
import io.delta.kernel.internal.data.GenericRow;
import io.delta.kernel.internal.util.VectorUtils;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Files that hold the same rows as others and shall take their place. It is committed as a whole or
 * not at all.
 *
 * @param inputs files that go
 * @param outputs files that come; none when all rows of the inputs are deleted
 * @param rows how many rows they hold
 */
record Rewrite(List<StoredFile> inputs, List<DeltaFile> outputs, long rows) {

  Rewrite {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }

  long inputBytes() {
    return inputs.stream().mapToLong(StoredFile::size).sum();
  }

  long outputBytes() {
    return outputs.stream().mapToLong(DeltaFile::size).sum();
  }

  /**
   * The log's actions. No row changes, so all say {@code dataChange: false}: readers of changes and
   * append-only tables may ignore them.
   *
   * @param now milliseconds since the epoch; from then on the inputs are kept for the retention
   */
  List<Row> actions(long now) {
    List<Row> actions = new ArrayList<>();
    for (StoredFile input : inputs) {
      actions.add(
          SingleAction.createRemoveFileSingleAction(
              input.add().toRemoveFileRow(false, Optional.of(now))));
    }
    outputs.forEach(output -> actions.add(add(output)));
    return actions;
  }

  private static Row add(DeltaFile file) {
    Map<Integer, Object> values = new HashMap<>();
    values.put(field("path"), file.path());
    values.put(field("partitionValues"), VectorUtils.stringStringMapValue(file.partitionValues()));
    values.put(field("size"), file.size());
    values.put(field("modificationTime"), file.modificationTime());
    values.put(field("dataChange"), false);
    values.put(field("stats"), file.stats());
    return SingleAction.createAddFileSingleAction(new GenericRow(AddFile.FULL_SCHEMA, values));
  }

  private static int field(String name) {
    return AddFile.FULL_SCHEMA.indexOf(name);
  }

  /** Removes the outputs, which no table version names. */
  void discard(Path table) throws IOException {
    discard(table, outputs);
  }

  static void discard(Path table, Collection<DeltaFile> files) throws IOException {
    for (DeltaFile file : files) {
      Files.deleteIfExists(table.resolve(PartitionValues.decode(file.path())));
    }
  }
}
