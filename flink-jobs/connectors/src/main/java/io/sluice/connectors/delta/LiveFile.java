package io.sluice.connectors.delta;

import io.delta.kernel.internal.actions.AddFile;
import io.delta.kernel.internal.actions.DeletionVectorDescriptor;
import io.delta.kernel.internal.util.VectorUtils;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A data file of a table version.
 *
 * @param vector which of its rows are deleted
 * @param tags of its {@code add} action
 */
record LiveFile(
    DeltaFile file, Optional<DeletionVectorDescriptor> vector, Map<String, String> tags) {

  LiveFile {
    tags = Map.copyOf(tags);
  }

  static LiveFile of(AddFile add) {
    Map<String, String> tags = new HashMap<>();
    add.getTags().ifPresent(map -> tags.putAll(VectorUtils.toJavaMap(map)));
    tags.values().removeIf(value -> value == null);
    return new LiveFile(
        new DeltaFile(
            add.getPath(),
            VectorUtils.toJavaMap(add.getPartitionValues()),
            add.getSize(),
            add.getModificationTime(),
            add.getStatsJson().orElse("")),
        add.getDeletionVector(),
        tags);
  }

  String path() {
    return file.path();
  }

  /** Who wrote it; null when it was none of our upserts. */
  String origin() {
    return tags.get(Lineage.TAG);
  }

  /** The same file with other rows deleted. */
  LiveFile with(DeletionVectorDescriptor newVector) {
    return new LiveFile(
        new DeltaFile(
            file.path(),
            file.partitionValues(),
            file.size(),
            file.modificationTime(),
            Statistics.withLooseBounds(file.stats())),
        Optional.of(newVector),
        tags);
  }
}
