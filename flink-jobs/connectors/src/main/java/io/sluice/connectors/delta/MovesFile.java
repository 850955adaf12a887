package io.sluice.connectors.delta;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.zip.CRC32;
import org.roaringbitmap.RoaringBitmap;

/**
 * {@link Moves} on disk: one file beside the table's data for each compacted file, whose {@code
 * add} action names it in a tag. Format: version, number of files, and per file its fields in the
 * order of {@link Moves.Moved}; at last a CRC-32 of all before it.
 */
final class MovesFile {

  /** The name of the tag; its value is the path of the file below the table. */
  static final String TAG = "sluice.moves";

  /** Other tools pass over names that begin with an underscore. */
  static final String FOLDER = "_sluice_moves";

  static final String SUFFIX = ".moves";

  private static final int FORMAT_VERSION = 1;

  private MovesFile() {}

  /**
   * Writes a new file and forces it to disk.
   *
   * @return its path below the table
   */
  static String write(Path table, Moves moves) throws IOException {
    String path = FOLDER + "/" + UUID.randomUUID() + SUFFIX;
    Path file = table.resolve(path);
    if (!Files.isDirectory(file.getParent())) {
      new LogPath(table).checkFolder(FOLDER);
      DurableFile.createDirectories(file.getParent());
    }
    try {
      write(file, ByteBuffer.wrap(encode(moves)));
    } catch (IOException e) {
      DurableFile.discard(file, e);
      throw e;
    }
    return path;
  }

  private static void write(Path file, ByteBuffer content) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      while (content.hasRemaining()) {
        channel.write(content);
      }
      channel.force(true);
    }
    DurableFile.force(file.getParent());
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
  static Moves read(Path table, String path) throws IOException {
    byte[] bytes = Files.readAllBytes(new LogPath(table).inside(path));
    int length = bytes.length - Integer.BYTES;
    CRC32 checksum = new CRC32();
    checksum.update(bytes, 0, Math.max(0, length));
    if (length < 0 || ByteBuffer.wrap(bytes, length, 4).getInt() != (int) checksum.getValue()) {
      throw new IOException("The file " + path + " of table " + table + " is damaged");
    }
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
    int version = in.readInt();
    if (version != FORMAT_VERSION) {
      throw new IOException(
          "The file " + path + " of table " + table + " has the unknown format " + version);
    }
    int count = in.readInt();
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
    return Moves.Moved.of(id, origin, into, rows, first, gone);
  }

  private static UUID readId(DataInputStream in) throws IOException {
    return new UUID(in.readLong(), in.readLong());
  }
}
