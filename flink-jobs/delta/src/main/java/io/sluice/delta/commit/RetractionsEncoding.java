package io.sluice.delta.commit;

import io.sluice.delta.log.FileEncoding;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.roaringbitmap.RoaringBitmap;

/** The binary form of retractions in write results and committables. */
final class RetractionsEncoding {

  private static final char LONG = 'l';
  private static final char BOOLEAN = 'b';
  private static final char TEXT = 's';
  private static final char DECIMAL = 'd';
  private static final char BYTES = 'x';

  private RetractionsEncoding() {}

  static void write(DataOutputSerializer out, Retractions retractions) throws IOException {
    writeRows(out, retractions.positions());
    out.writeInt(retractions.deletes().size());
    for (Retractions.DeletedKey deleted : retractions.deletes()) {
      out.writeLong(deleted.order());
      writeKey(out, deleted.key());
    }
    writeForgotten(out, retractions.forgotten());
  }

  private static void writeForgotten(DataOutputSerializer out, Forgotten forgotten)
      throws IOException {
    out.writeLong(forgotten.upTo());
    out.writeLong(forgotten.since());
    writeRows(out, forgotten.rows());
    out.writeInt(forgotten.deletes().size());
    for (List<Object> key : forgotten.deletes()) {
      writeKey(out, key);
    }
  }

  private static void writeRows(DataOutputSerializer out, Map<UUID, RoaringBitmap> rows)
      throws IOException {
    out.writeInt(rows.size());
    for (Map.Entry<UUID, RoaringBitmap> file : rows.entrySet()) {
      out.writeLong(file.getKey().getMostSignificantBits());
      out.writeLong(file.getKey().getLeastSignificantBits());
      file.getValue().serialize(out);
    }
  }

  private static void writeKey(DataOutputSerializer out, List<Object> key) throws IOException {
    out.writeInt(key.size());
    for (Object value : key) {
      writeValue(out, value);
    }
  }

  /**
   * @param forgets whether it was written by a build whose index can forget
   */
  static Retractions read(DataInputDeserializer in, boolean forgets) throws IOException {
    Map<UUID, RoaringBitmap> positions = readRows(in);
    int count = in.readInt();
    List<Retractions.DeletedKey> deletes = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      long order = in.readLong();
      deletes.add(new Retractions.DeletedKey(readKey(in), order));
    }
    return new Retractions(positions, deletes, forgets ? readForgotten(in) : Forgotten.NOTHING);
  }

  private static Forgotten readForgotten(DataInputDeserializer in) throws IOException {
    long upTo = in.readLong();
    long since = in.readLong();
    Map<UUID, RoaringBitmap> rows = readRows(in);
    int count = in.readInt();
    List<List<Object>> deletes = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      deletes.add(readKey(in));
    }
    return new Forgotten(upTo, since, rows, deletes);
  }

  private static Map<UUID, RoaringBitmap> readRows(DataInputDeserializer in) throws IOException {
    int files = in.readInt();
    Map<UUID, RoaringBitmap> positions = new HashMap<>();
    for (int i = 0; i < files; i++) {
      UUID file = new UUID(in.readLong(), in.readLong());
      RoaringBitmap rows = new RoaringBitmap();
      rows.deserialize(in);
      positions.put(file, rows);
    }
    return positions;
  }

  private static List<Object> readKey(DataInputDeserializer in) throws IOException {
    int columns = in.readInt();
    List<Object> key = new ArrayList<>(columns);
    for (int column = 0; column < columns; column++) {
      key.add(readValue(in));
    }
    return key;
  }

  private static void writeValue(DataOutputSerializer out, Object value) throws IOException {
    if (value instanceof Long number) {
      out.writeByte(LONG);
      out.writeLong(number);
    } else if (value instanceof Boolean truth) {
      out.writeByte(BOOLEAN);
      out.writeBoolean(truth);
    } else if (value instanceof String text) {
      out.writeByte(TEXT);
      FileEncoding.writeText(out, text);
    } else if (value instanceof BigDecimal decimal) {
      out.writeByte(DECIMAL);
      FileEncoding.writeText(out, decimal.toString());
    } else if (value instanceof ByteBuffer bytes) {
      out.writeByte(BYTES);
      out.writeInt(bytes.remaining());
      out.write(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
    } else {
      throw new IllegalArgumentException("A key cannot hold a " + value.getClass().getName());
    }
  }

  private static Object readValue(DataInputDeserializer in) throws IOException {
    char kind = (char) in.readByte();
    return switch (kind) {
      case LONG -> in.readLong();
      case BOOLEAN -> in.readBoolean();
      case TEXT -> FileEncoding.readText(in);
      case DECIMAL -> new BigDecimal(FileEncoding.readText(in));
      case BYTES -> {
        byte[] bytes = new byte[in.readInt()];
        in.readFully(bytes);
        yield ByteBuffer.wrap(bytes);
      }
      default -> throw new IOException("A key value of unknown kind '" + kind + "'");
    };
  }
}
