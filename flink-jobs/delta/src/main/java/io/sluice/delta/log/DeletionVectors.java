package io.sluice.delta.log;

import io.delta.kernel.defaults.engine.fileio.SeekableInputStream;
import io.delta.kernel.internal.actions.DeletionVectorDescriptor;
import io.delta.kernel.internal.deletionvectors.Base85Codec;
import io.sluice.delta.storage.TableStorage;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.zip.CRC32;
import org.apache.flink.annotation.Internal;
import org.apache.parquet.io.PositionOutputStream;
import org.roaringbitmap.RoaringBitmap;

/**
 * Reads and writes deletion vectors, after <a
 * href="https://github.com/delta-io/delta/blob/master/PROTOCOL.md#deletion-vector-format">the
 * protocol</a>: the vectors of one commit share a file, because each file costs a trip to the disk.
 */
@Internal
public final class DeletionVectors {

  private static final byte FORMAT_VERSION = 1;
  private static final int PORTABLE_ROARING = 1681511377;
  private static final int NATIVE_ROARING = 1681511376;

  /** In front of a vector its size, behind it its checksum. */
  private static final int FRAME_BYTES = 2 * Integer.BYTES;

  /** No bitmap of 2^31 rows takes more. */
  private static final int MOST_BYTES = 300 << 20;

  /** The number in front of a bitmap, and an empty bitmap. */
  private static final int LEAST_BITMAP_BYTES = 3 * Integer.BYTES;

  private static final int MOST_SHOWN = 60;

  /** Magic number, count of bitmaps, and the upper half of the only one's values. */
  private static final int PREFIX_BYTES = Integer.BYTES + Long.BYTES + Integer.BYTES;

  private final TableStorage table;
  private final TableFolder paths;

  public DeletionVectors(TableStorage table) {
    this.table = table;
    paths = new TableFolder(table);
  }

  /** A file of vectors, on disk but named by no table version yet. */
  public record Written(String file, List<DeletionVectorDescriptor> descriptors) {}

  /**
   * Writes vectors into one new file.
   *
   * @param vectors at least one
   */
  public Written write(List<RoaringBitmap> vectors) throws IOException {
    UUID id = UUID.randomUUID();
    String file = "deletion_vector_" + id + ".bin";
    List<DeletionVectorDescriptor> descriptors = new ArrayList<>(vectors.size());
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(FORMAT_VERSION);
      for (RoaringBitmap vector : vectors) {
        byte[] data = serialize(vector);
        descriptors.add(
            new DeletionVectorDescriptor(
                DeletionVectorDescriptor.UUID_DV_MARKER,
                Base85Codec.encodeUUID(id),
                Optional.of(out.size()),
                data.length,
                vector.getLongCardinality()));
        CRC32 checksum = new CRC32();
        checksum.update(data);
        out.writeInt(data.length);
        out.write(data);
        out.writeInt((int) checksum.getValue());
      }
    }
    try (PositionOutputStream out = table.create(file).create()) {
      bytes.writeTo(out);
    } catch (IOException e) {
      table.discard(file, e);
      throw e;
    }
    return new Written(file, descriptors);
  }

  private static byte[] serialize(RoaringBitmap vector) {
    ByteBuffer data =
        ByteBuffer.allocate(PREFIX_BYTES + vector.serializedSizeInBytes())
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt(PORTABLE_ROARING)
            .putLong(1)
            .putInt(0);
    vector.serialize(data);
    return data.array();
  }

  /**
   * The deleted positions of a file. Each number of the descriptor is compared with what is there
   * before memory is taken for it: a log may be forged.
   */
  public RoaringBitmap read(DeletionVectorDescriptor descriptor) throws IOException {
    paths.check(descriptor);
    if (descriptor.getCardinality() == 0) {
      return new RoaringBitmap();
    }
    RoaringBitmap deleted;
    try {
      byte[] data = descriptor.isInline() ? inline(descriptor) : onDisk(descriptor);
      deleted = decode(ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN), descriptor);
    } catch (EOFException | RuntimeException e) {
      throw damaged(descriptor, "its bytes are no bitmap", e);
    }
    if (deleted.getLongCardinality() != descriptor.getCardinality()) {
      throw damaged(
          descriptor,
          "the log says that it deletes %d rows, and it deletes %d"
              .formatted(descriptor.getCardinality(), deleted.getLongCardinality()),
          null);
    }
    return deleted;
  }

  private byte[] inline(DeletionVectorDescriptor descriptor) throws IOException {
    String text = descriptor.getPathOrInlineDv();
    int size = descriptor.getSizeInBytes();
    // Five characters are four bytes.
    if (size < 0 || size > text.length() / 5 * 4) {
      throw damaged(
          descriptor,
          "the log says that it has %d bytes, and gives %d characters"
              .formatted(size, text.length()),
          null);
    }
    return Base85Codec.decodeBytes(text, size);
  }

  private byte[] onDisk(DeletionVectorDescriptor descriptor) throws IOException {
    String file = paths.file(descriptor);
    try {
      return read(file, descriptor);
    } catch (NoSuchFileException e) {
      throw paths.missingVector(file, e);
    }
  }

  private byte[] read(String file, DeletionVectorDescriptor descriptor) throws IOException {
    long offset = descriptor.getOffset().orElse(0);
    int size = descriptor.getSizeInBytes();
    long length = table.status(file).size();
    try (SeekableInputStream stream = table.seekable(file, length)) {
      if (offset < 0 || size < 0 || size > MOST_BYTES || offset + size + FRAME_BYTES > length) {
        throw damaged(
            descriptor,
            "the log says that it has %d bytes from byte %d on, and its file %s has %d bytes"
                .formatted(size, offset, file, length),
            null);
      }
      stream.seek(offset);
      DataInputStream in = new DataInputStream(stream);
      int sizeInFile = in.readInt();
      if (sizeInFile != size) {
        throw damaged(
            descriptor,
            "the log says that it has %d bytes, and its file %s says %d"
                .formatted(size, file, sizeInFile),
            null);
      }
      byte[] data = in.readNBytes(size);
      CRC32 checksum = new CRC32();
      checksum.update(data);
      if (in.readInt() != (int) checksum.getValue()) {
        throw damaged(descriptor, "its checksum in file %s does not fit".formatted(file), null);
      }
      return data;
    }
  }

  private RoaringBitmap decode(ByteBuffer data, DeletionVectorDescriptor descriptor)
      throws IOException {
    int magic = data.getInt();
    if (magic != PORTABLE_ROARING && magic != NATIVE_ROARING) {
      throw damaged(descriptor, "it has the unknown format " + magic, null);
    }
    boolean portable = magic == PORTABLE_ROARING;
    long count = portable ? data.getLong() : data.getInt();
    if (count < 0 || count > data.remaining() / LEAST_BITMAP_BYTES) {
      throw damaged(
          descriptor,
          "it says that it holds %d bitmaps in %d bytes".formatted(count, data.remaining()),
          null);
    }
    RoaringBitmap deleted = new RoaringBitmap();
    for (int i = 0; i < count; i++) {
      // The one format has the upper half of the values here, the other the size of the bitmap.
      int number = data.getInt();
      RoaringBitmap bitmap = new RoaringBitmap();
      bitmap.deserialize(data.slice().order(ByteOrder.LITTLE_ENDIAN));
      data.position(data.position() + (portable ? bitmap.serializedSizeInBytes() : number));
      int upper = portable ? number : i;
      if (!bitmap.isEmpty() && (upper != 0 || bitmap.last() < 0)) {
        throw new IOException(
            "A deletion vector of table %s (%s) deletes row %d of its file; only files of up to 2^31 rows are read. Read the table with Spark"
                .formatted(
                    table,
                    shortened(descriptor),
                    ((long) upper << Integer.SIZE) + Integer.toUnsignedLong(bitmap.last())));
      }
      deleted.or(bitmap);
    }
    return deleted;
  }

  private IOException damaged(DeletionVectorDescriptor descriptor, String reason, Exception cause) {
    return new IOException(
        "The deletion vector %s of table %s cannot be read: %s. The table is damaged or forged; put its log and files back from a backup, or read a version without this vector"
            .formatted(shortened(descriptor), table, reason),
        cause);
  }

  /** An inline one may be as long as a log. */
  private static String shortened(DeletionVectorDescriptor descriptor) {
    String text = descriptor.getPathOrInlineDv();
    return text.length() <= MOST_SHOWN ? text : text.substring(0, MOST_SHOWN) + "…";
  }
}
