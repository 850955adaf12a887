package io.sluice.delta.log;

import io.delta.kernel.internal.actions.DeletionVectorDescriptor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.annotation.Internal;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;

/**
 * The binary form of data files and of their parts, in checkpoints. Changes need a new version of
 * each serializer that uses it.
 */
@Internal
public final class FileEncoding {

  private FileEncoding() {}

  public static void writeFiles(DataOutputSerializer out, List<DeltaFile> files)
      throws IOException {
    out.writeInt(files.size());
    for (DeltaFile file : files) {
      writeText(out, file.path());
      writePartition(out, file.partitionValues());
      out.writeLong(file.size());
      out.writeLong(file.modificationTime());
      writeText(out, file.stats());
    }
  }

  public static List<DeltaFile> readFiles(DataInputDeserializer in) throws IOException {
    int count = in.readInt();
    List<DeltaFile> files = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      files.add(
          new DeltaFile(
              readText(in), readPartition(in), in.readLong(), in.readLong(), readText(in)));
    }
    return files;
  }

  /** Partition column to value; values may be null. */
  public static void writePartition(DataOutputSerializer out, Map<String, String> values)
      throws IOException {
    out.writeInt(values.size());
    for (Map.Entry<String, String> value : values.entrySet()) {
      writeText(out, value.getKey());
      out.writeBoolean(value.getValue() != null);
      if (value.getValue() != null) {
        writeText(out, value.getValue());
      }
    }
  }

  public static Map<String, String> readPartition(DataInputDeserializer in) throws IOException {
    int columns = in.readInt();
    Map<String, String> values = new LinkedHashMap<>();
    for (int i = 0; i < columns; i++) {
      String column = readText(in);
      values.put(column, in.readBoolean() ? readText(in) : null);
    }
    return values;
  }

  /** Not writeUTF: statistics of wide tables exceed its 64 KB. */
  public static void writeText(DataOutputSerializer out, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  public static String readText(DataInputDeserializer in) throws IOException {
    byte[] bytes = new byte[in.readInt()];
    in.readFully(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** The deletion vector of a file, if it has one. */
  public static void writeDeletions(
      DataOutputSerializer out, Optional<DeletionVectorDescriptor> vector) throws IOException {
    out.writeBoolean(vector.isPresent());
    if (vector.isEmpty()) {
      return;
    }
    DeletionVectorDescriptor deletions = vector.get();
    writeText(out, deletions.getStorageType());
    writeText(out, deletions.getPathOrInlineDv());
    out.writeBoolean(deletions.getOffset().isPresent());
    out.writeInt(deletions.getOffset().orElse(0));
    out.writeInt(deletions.getSizeInBytes());
    out.writeLong(deletions.getCardinality());
  }

  public static Optional<DeletionVectorDescriptor> readDeletions(DataInputDeserializer in)
      throws IOException {
    if (!in.readBoolean()) {
      return Optional.empty();
    }
    String storageType = readText(in);
    String place = readText(in);
    boolean hasOffset = in.readBoolean();
    int offset = in.readInt();
    return Optional.of(
        new DeletionVectorDescriptor(
            storageType,
            place,
            hasOffset ? Optional.of(offset) : Optional.empty(),
            in.readInt(),
            in.readLong()));
  }
}
