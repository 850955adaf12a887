package io.sluice.delta.live;

import io.sluice.delta.log.TableFolder;
import io.sluice.delta.storage.TableStorage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.zip.CRC32;
import org.apache.flink.annotation.Internal;
import org.apache.parquet.io.PositionOutputStream;
import org.roaringbitmap.RoaringBitmap;

/**
 * {@link Moves} in the storage: one file beside the table's data for each compacted file, whose
 * {@code add} action names it in a tag. Format: version, number of files, and per file its fields
 * in the order of {@link Moves.Moved}; at last a CRC-32 of all before it.
 */
@Internal
public final class MovesFile {

  /** Other tools pass over names that begin with an underscore. */
  public static final String FOLDER = "_sluice_moves";

  public static final String SUFFIX = ".moves";

  private static final int FORMAT_VERSION = 1;

  /** Of a file: two ids, whether it has an origin, two numbers and an empty bitmap. */
  private static final int LEAST_BYTES = 4 * Long.BYTES + 1 + 4 * Integer.BYTES;

  /** Of some million files that went into one. */
  private static final int MOST_BYTES = 256 << 20;

  private MovesFile() {}

  /**
   * Writes a new file, which is durable then.
   *
   * @return its path below the table
   */
  public static String write(TableStorage table, Moves moves) throws IOException {
    String path = FOLDER + "/" + UUID.randomUUID() + SUFFIX;
    byte[] content = encode(moves);
    try (PositionOutputStream out = table.create(path).create()) {
      out.write(content, 0, content.length);
    } catch (IOException e) {
      table.discard(path, e);
      throw e;
    }
    return path;
  }

  private static byte[] encode(Moves moves) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeInt(FORMAT_VERSION);
    out.writeInt(moves.files().size());
    for (Moves.Moved file : moves.files()) {
      write(out, file.id());
      out.writeBoolean(file.origin() != null);
      if (file.origin() != null) {
        out.writeUTF(file.origin());
      }
      write(out, file.into());
      out.writeInt(file.rows());
      out.writeInt(file.first());
      file.gone().serialize(out);
    }
    CRC32 checksum = new CRC32();
    checksum.update(bytes.toByteArray());
    out.writeInt((int) checksum.getValue());
    return bytes.toByteArray();
  }

  private static void write(DataOutputStream out, UUID id) throws IOException {
    out.writeLong(id.getMostSignificantBits());
    out.writeLong(id.getLeastSignificantBits());
  }

  /**
   * Reads a file.
   *
   * @param path as the tag has it
   * @throws IOException if it is gone, damaged, of a later format, or lies outside the table
   */
  public static Moves read(TableStorage table, String path) throws IOException {
    byte[] bytes = table.read(new TableFolder(table).below(path), MOST_BYTES);
    int length = bytes.length - Integer.BYTES;
    CRC32 checksum = new CRC32();
    checksum.update(bytes, 0, Math.max(0, length));
    if (length < 0 || ByteBuffer.wrap(bytes, length, 4).getInt() != (int) checksum.getValue()) {
      throw damaged(table, path, "its checksum does not fit", null);
    }
    try {
      return decode(ByteBuffer.wrap(bytes, 0, length));
    } catch (IOException | RuntimeException e) {
      throw damaged(table, path, e instanceof EOFException ? "it ends early" : e.getMessage(), e);
    }
  }

  private static IOException damaged(
      TableStorage table, String path, String reason, Exception cause) {
    return new IOException(
        "The file %s of table %s is damaged: %s. Put it back from a backup"
            .formatted(path, table, reason),
        cause);
  }

  /** A checksum that fits proves no good will: each number is compared with what is there. */
  private static Moves decode(ByteBuffer bytes) throws IOException {
    DataInputStream in =
        new DataInputStream(new ByteArrayInputStream(bytes.array(), 0, bytes.limit()));
    int version = in.readInt();
    if (version != FORMAT_VERSION) {
      throw new IOException("it has the unknown format " + version);
    }
    int count = in.readInt();
    if (count < 0 || count > bytes.limit() / LEAST_BYTES) {
      throw new IOException("it names %d files in %d bytes".formatted(count, bytes.limit()));
    }
    List<Moves.Moved> files = new ArrayList<>(count);
    Map<UUID, UUID> ids = new HashMap<>();
    for (int i = 0; i < count; i++) {
      files.add(readOne(in, ids));
    }
    return new Moves(files);
  }

  /**
   * @param ids the same id is the same object: these lists stay in memory
   */
  private static Moves.Moved readOne(DataInputStream in, Map<UUID, UUID> ids) throws IOException {
    UUID id = readId(in);
    String origin = in.readBoolean() ? in.readUTF() : null;
    UUID into = ids.computeIfAbsent(readId(in), same -> same);
    int rows = in.readInt();
    int first = in.readInt();
    RoaringBitmap gone = new RoaringBitmap();
    gone.deserialize(in);
    if (rows < 0 || first < 0 || (!gone.isEmpty() && (gone.last() < 0 || gone.last() >= rows))) {
      throw new IOException(
          "file %s should have had %d rows, now from %d on".formatted(id, rows, first));
    }
    return Moves.Moved.of(id, origin, into, rows, first, gone);
  }

  private static UUID readId(DataInputStream in) throws IOException {
    return new UUID(in.readLong(), in.readLong());
  }
}
