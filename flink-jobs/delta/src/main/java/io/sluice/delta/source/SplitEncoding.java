package io.sluice.delta.source;

import io.delta.kernel.internal.actions.DeletionVectorDescriptor;
import io.sluice.delta.log.FileEncoding;
import io.sluice.delta.parquet.FileRange;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;

/** The binary form of a split. Changes need a new version of the serializers that use it. */
final class SplitEncoding {

  private SplitEncoding() {}

  static void write(DataOutputSerializer out, DeltaSplit split) throws IOException {
    FileEncoding.writeText(out, split.splitId());
    FileEncoding.writeText(out, split.range().path());
    FileEncoding.writePartition(out, split.range().partitionValues());
    out.writeBoolean(split.range().deletions().isPresent());
    if (split.range().deletions().isPresent()) {
      writeDeletions(out, split.range().deletions().get());
    }
    out.writeLong(split.range().start());
    out.writeLong(split.range().end());
    out.writeLong(split.emitted());
  }

  static DeltaSplit read(DataInputDeserializer in) throws IOException {
    String splitId = FileEncoding.readText(in);
    String path = FileEncoding.readText(in);
    Map<String, String> partition = FileEncoding.readPartition(in);
    Optional<DeletionVectorDescriptor> deletions =
        in.readBoolean() ? Optional.of(readDeletions(in)) : Optional.empty();
    FileRange range = new FileRange(path, partition, deletions, in.readLong(), in.readLong());
    return new DeltaSplit(splitId, range, in.readLong());
  }

  private static void writeDeletions(DataOutputSerializer out, DeletionVectorDescriptor deletions)
      throws IOException {
    FileEncoding.writeText(out, deletions.getStorageType());
    FileEncoding.writeText(out, deletions.getPathOrInlineDv());
    out.writeBoolean(deletions.getOffset().isPresent());
    out.writeInt(deletions.getOffset().orElse(0));
    out.writeInt(deletions.getSizeInBytes());
    out.writeLong(deletions.getCardinality());
  }

  private static DeletionVectorDescriptor readDeletions(DataInputDeserializer in)
      throws IOException {
    String storageType = FileEncoding.readText(in);
    String place = FileEncoding.readText(in);
    boolean hasOffset = in.readBoolean();
    int offset = in.readInt();
    return new DeletionVectorDescriptor(
        storageType,
        place,
        hasOffset ? Optional.of(offset) : Optional.empty(),
        in.readInt(),
        in.readLong());
  }
}
