package io.sluice.connectors.delta;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;

/**
 * The binary form of the parts that write results and committables share. Changes need a new
 * serializer version.
 */
final class CommittableEncoding {

  private CommittableEncoding() {}

  static void writeFiles(DataOutputSerializer out, List<DeltaFile> files) throws IOException {
    out.writeInt(files.size());
    for (DeltaFile file : files) {
      writeText(out, file.path());
      out.writeInt(file.partitionValues().size());
      for (Map.Entry<String, String> value : file.partitionValues().entrySet()) {
        writeText(out, value.getKey());
        out.writeBoolean(value.getValue() != null);
        if (value.getValue() != null) {
          writeText(out, value.getValue());
        }
      }
      out.writeLong(file.size());
      out.writeLong(file.modificationTime());
      writeText(out, file.stats());
    }
  }

  static List<DeltaFile> readFiles(DataInputDeserializer in) throws IOException {
    int count = in.readInt();
    List<DeltaFile> files = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      String path = readText(in);
      int columns = in.readInt();
      Map<String, String> partition = new LinkedHashMap<>();
      for (int column = 0; column < columns; column++) {
        String name = readText(in);
        partition.put(name, in.readBoolean() ? readText(in) : null);
      }
      files.add(new DeltaFile(path, partition, in.readLong(), in.readLong(), readText(in)));
    }
    return files;
  }

  static void writePositions(DataOutputSerializer out, Map<String, PositionRange> positions)
      throws IOException {
    out.writeInt(positions.size());
    for (Map.Entry<String, PositionRange> position : positions.entrySet()) {
      writeText(out, position.getKey());
      out.writeLong(position.getValue().first());
      out.writeLong(position.getValue().last());
    }
  }

  static Map<String, PositionRange> readPositions(DataInputDeserializer in) throws IOException {
    int count = in.readInt();
    Map<String, PositionRange> positions = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      positions.put(readText(in), new PositionRange(in.readLong(), in.readLong()));
    }
    return positions;
  }

  static void writeLineage(DataOutputSerializer out, Lineage lineage) throws IOException {
    out.writeLong(lineage.learned());
    out.writeInt(lineage.ancestors().size());
    for (Map.Entry<String, Long> ancestor : lineage.ancestors().entrySet()) {
      writeText(out, ancestor.getKey());
      out.writeLong(ancestor.getValue());
    }
  }

  static Lineage readLineage(DataInputDeserializer in) throws IOException {
    long learned = in.readLong();
    int count = in.readInt();
    Map<String, Long> ancestors = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      ancestors.put(readText(in), in.readLong());
    }
    return new Lineage(ancestors, learned);
  }

  /** Not writeUTF: statistics of wide tables exceed its 64 KB. */
  static void writeText(DataOutputSerializer out, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  static String readText(DataInputDeserializer in) throws IOException {
    byte[] bytes = new byte[in.readInt()];
    in.readFully(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
