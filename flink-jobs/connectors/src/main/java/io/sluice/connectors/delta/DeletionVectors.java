package io.sluice.connectors.delta;

import io.delta.kernel.engine.Engine;
import io.delta.kernel.internal.actions.DeletionVectorDescriptor;
import io.delta.kernel.internal.deletionvectors.Base85Codec;
import io.delta.kernel.internal.deletionvectors.DeletionVectorStoredBitmap;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.zip.CRC32;
import org.roaringbitmap.RoaringBitmap;

/**
 * Reads and writes deletion vectors, after <a
 * href="https://github.com/delta-io/delta/blob/master/PROTOCOL.md#deletion-vector-format">the
 * protocol</a>: the vectors of one commit share a file, because each file costs a trip to the disk.
 */
final class DeletionVectors {

  private static final byte FORMAT_VERSION = 1;
  private static final int PORTABLE_ROARING = 1681511377;

  /** Magic number, count of bitmaps, and the upper half of the only one's values. */
  private static final int PREFIX_BYTES = Integer.BYTES + Long.BYTES + Integer.BYTES;

  private final Path table;

  DeletionVectors(Path table) {
    this.table = table;
  }

  /** A file of vectors, on disk but named by no table version yet. */
  record Written(Path file, List<DeletionVectorDescriptor> descriptors) {}

  /**
   * Writes vectors into one new file.
   *
   * @param vectors at least one
   */
  Written write(List<RoaringBitmap> vectors) throws IOException {
    UUID id = UUID.randomUUID();
    Path file = table.resolve("deletion_vector_" + id + ".bin");
    List<DeletionVectorDescriptor> descriptors = new ArrayList<>(vectors.size());
    try (DataOutputStream out =
        new DataOutputStream(new LocalStorage(table).create(file).create(0))) {
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
    } catch (IOException e) {
      DurableFile.discard(file, e);
      throw e;
    }
    DurableFile.force(table);
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

  /** The deleted positions of a file. */
  RoaringBitmap read(Engine engine, DeletionVectorDescriptor descriptor) throws IOException {
    new LogPath(table).check(descriptor);
    RoaringBitmap deleted = new RoaringBitmap();
    for (long position :
        new DeletionVectorStoredBitmap(descriptor, Optional.of(table.toString()))
            .load(engine.getFileSystemClient())
            .toArray()) {
      if (position > Integer.MAX_VALUE) {
        throw new IOException(
            "A deletion vector of table %s (%s) deletes row %d of its file; only files of up to 2^31 rows are read. Read the table with Spark"
                .formatted(table, descriptor.getPathOrInlineDv(), position));
      }
      deleted.add((int) position);
    }
    return deleted;
  }
}
