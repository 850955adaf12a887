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
    out.writeInt(retractions.positions().size());
    for (Map.Entry<UUID, RoaringBitmap> file : retractions.positions().entrySet()) {
      out.writeLong(file.getKey().getMostSignificantBits());
      out.writeLong(file.getKey().getLeastSignificantBits());
      file.getValue().serialize(out);
    }
    out.writeInt(retractions.deletes().size());
    for (Retractions.DeletedKey deleted : retractions.deletes()) {
      out.writeLong(deleted.order());
      out.writeInt(deleted.key().size());
      for (Object value : deleted.key()) {
        writeValue(out, value);
      }
    }
  }

  static Retractions read(DataInputDeserializer in) throws IOException {
    int files = in.readInt();
    Map<UUID, RoaringBitmap> positions = new HashMap<>();
    for (int i = 0; i < files; i++) {
      UUID file = new UUID(in.readLong(), in.readLong());
      RoaringBitmap rows = new RoaringBitmap();
      rows.deserialize(in);
      positions.put(file, rows);
    }
    int count = in.readInt();
    List<Retractions.DeletedKey> deletes = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      long order = in.readLong();
      int columns = in.readInt();
      List<Object> key = new ArrayList<>(columns);
      for (int column = 0; column < columns; column++) {
        key.add(readValue(in));
      }
      deletes.add(new Retractions.DeletedKey(key, order));
    }
    return new Retractions(positions, deletes);
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
