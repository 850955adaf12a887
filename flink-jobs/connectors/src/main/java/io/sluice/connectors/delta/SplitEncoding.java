package io.sluice.connectors.delta;

import io.delta.kernel.internal.actions.DeletionVectorDescriptor;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;

/** The binary form of a split. Changes need a new version of the serializers that use it. */
final class SplitEncoding {

  private SplitEncoding() {}

  static void write(DataOutputSerializer out, DeltaSplit split) throws IOException {
    CommittableEncoding.writeText(out, split.splitId());
    CommittableEncoding.writeText(out, split.range().path());
    writePartition(out, split.range().partitionValues());
    out.writeBoolean(split.range().deletions().isPresent());
    if (split.range().deletions().isPresent()) {
      writeDeletions(out, split.range().deletions().get());
    }
    out.writeLong(split.range().start());
    out.writeLong(split.range().end());
    out.writeLong(split.emitted());
  }

  static DeltaSplit read(DataInputDeserializer in) throws IOException {
    String splitId = CommittableEncoding.readText(in);
    String path = CommittableEncoding.readText(in);
    Map<String, String> partition = readPartition(in);
    Optional<DeletionVectorDescriptor> deletions =
        in.readBoolean() ? Optional.of(readDeletions(in)) : Optional.empty();
    FileRange range = new FileRange(path, partition, deletions, in.readLong(), in.readLong());
    return new DeltaSplit(splitId, range, in.readLong());
  }

  private static void writePartition(DataOutputSerializer out, Map<String, String> values)
      throws IOException {
    out.writeInt(values.size());
    for (Map.Entry<String, String> value : values.entrySet()) {
      CommittableEncoding.writeText(out, value.getKey());
      out.writeBoolean(value.getValue() != null);
      if (value.getValue() != null) {
        CommittableEncoding.writeText(out, value.getValue());
      }
    }
  }

  private static Map<String, String> readPartition(DataInputDeserializer in) throws IOException {
    int columns = in.readInt();
    Map<String, String> values = new LinkedHashMap<>();
    for (int i = 0; i < columns; i++) {
      String column = CommittableEncoding.readText(in);
      values.put(column, in.readBoolean() ? CommittableEncoding.readText(in) : null);
    }
    return values;
  }

  private static void writeDeletions(DataOutputSerializer out, DeletionVectorDescriptor deletions)
      throws IOException {
    CommittableEncoding.writeText(out, deletions.getStorageType());
    CommittableEncoding.writeText(out, deletions.getPathOrInlineDv());
    out.writeBoolean(deletions.getOffset().isPresent());
    out.writeInt(deletions.getOffset().orElse(0));
    out.writeInt(deletions.getSizeInBytes());
    out.writeLong(deletions.getCardinality());
  }

  private static DeletionVectorDescriptor readDeletions(DataInputDeserializer in)
      throws IOException {
    String storageType = CommittableEncoding.readText(in);
    String place = CommittableEncoding.readText(in);
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
