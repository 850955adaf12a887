package io.sluice.delta.commit;

import io.sluice.delta.live.Lineage;
import io.sluice.delta.log.FileEncoding;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;

/**
 * The binary form of the parts that write results and committables share. Changes need a new
 * serializer version.
 */
final class CommittableEncoding {

  private CommittableEncoding() {}

  static void writePositions(DataOutputSerializer out, Map<String, PositionRange> positions)
      throws IOException {
    out.writeInt(positions.size());
    for (Map.Entry<String, PositionRange> position : positions.entrySet()) {
      FileEncoding.writeText(out, position.getKey());
      out.writeLong(position.getValue().first());
      out.writeLong(position.getValue().last());
    }
  }

  static Map<String, PositionRange> readPositions(DataInputDeserializer in) throws IOException {
    int count = in.readInt();
    Map<String, PositionRange> positions = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      positions.put(FileEncoding.readText(in), new PositionRange(in.readLong(), in.readLong()));
    }
    return positions;
  }

  static void writeLineage(DataOutputSerializer out, Lineage lineage) throws IOException {
    out.writeLong(lineage.learned());
    out.writeInt(lineage.ancestors().size());
    for (Map.Entry<String, Long> ancestor : lineage.ancestors().entrySet()) {
      FileEncoding.writeText(out, ancestor.getKey());
      out.writeLong(ancestor.getValue());
    }
  }

  static Lineage readLineage(DataInputDeserializer in) throws IOException {
    long learned = in.readLong();
    int count = in.readInt();
    Map<String, Long> ancestors = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      ancestors.put(FileEncoding.readText(in), in.readLong());
    }
    return new Lineage(ancestors, learned);
  }
}
