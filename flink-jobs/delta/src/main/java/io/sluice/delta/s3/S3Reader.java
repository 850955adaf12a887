package io.sluice.delta.s3;

import io.delta.kernel.defaults.engine.fileio.SeekableInputStream;
import java.io.EOFException;
import java.io.IOException;
import org.apache.flink.annotation.Internal;

/**
 * Reads an object in pieces, by one thread. A small one is read whole. Of a larger one a piece is
 * read at a time: what is asked for, at least {@value #BLOCK_BYTES} bytes; more as long as one
 * reads on; and the last block at once when its end is asked for, where Parquet has its footer. All
 * pieces are of the same object: if it is written anew meanwhile, reading fails.
 */
@Internal
public final class S3Reader extends SeekableInputStream {

  static final int WHOLE_BYTES = 1 << 20;
  static final int BLOCK_BYTES = 256 << 10;
  private static final int MOST_BLOCK_BYTES = 4 << 20;
  private static final byte[] NOTHING = {};

  private final S3Access access;
  private final S3Address object;
  private long length;
  private String etag = "";
  private long position;
  private byte[] piece = NOTHING;
  private long start;
  private int ahead = BLOCK_BYTES;

  private S3Reader(S3Access access, S3Address object, long length) {
    this.access = access;
    this.object = object;
    this.length = length;
  }

  /**
   * @param length bytes, or a negative number if unknown. A file whose length is not known, or that
   *     is small, is asked for now, so that a missing one is noticed here
   */
  public static S3Reader open(S3Access access, S3Address object, long length) throws IOException {
    S3Reader reader = new S3Reader(access, object, length);
    if (length <= WHOLE_BYTES) {
      reader.fetch(0, WHOLE_BYTES);
    }
    return reader;
  }

  /** What was read before. */
  public static S3Reader of(byte[] whole, S3Address object) {
    S3Reader reader = new S3Reader(null, object, whole.length);
    reader.piece = whole;
    return reader;
  }

  private void fetch(long from, int most) throws IOException {
    S3Piece fetched = access.get(object, from, most, etag);
    etag = fetched.object().etag();
    length = fetched.object().size();
    piece = fetched.bytes();
    start = fetched.start();
  }

  /** Whether there is a byte at the position; it is in the piece then. */
  private boolean fill(int wanted) throws IOException {
    if (isInPiece()) {
      return true;
    }
    if (position >= length) {
      return false;
    }
    boolean readsOn = position == start + piece.length && piece.length > 0;
    ahead = readsOn ? Math.min(2 * ahead, MOST_BLOCK_BYTES) : BLOCK_BYTES;
    long footer = Math.max(0, length - BLOCK_BYTES);
    if (position > footer && !readsOn) {
      fetch(footer, BLOCK_BYTES);
    } else {
      fetch(position, (int) Math.min(Math.max(wanted, ahead), length - position));
    }
    return isInPiece();
  }

  private boolean isInPiece() {
    return position >= start && position < start + piece.length;
  }

  @Override
  public long getPos() {
    return position;
  }

  @Override
  public void seek(long to) throws IOException {
    if (to < 0) {
      throw new EOFException("There is no byte %d in %s".formatted(to, object));
    }
    position = to;
  }

  @Override
  public int read() throws IOException {
    return fill(1) ? piece[(int) (position++ - start)] & 0xff : -1;
  }

  @Override
  public int read(byte[] bytes, int offset, int wanted) throws IOException {
    if (wanted == 0) {
      return 0;
    }
    if (!fill(wanted)) {
      return -1;
    }
    int read = (int) Math.min(wanted, start + piece.length - position);
    System.arraycopy(piece, (int) (position - start), bytes, offset, read);
    position += read;
    return read;
  }

  @Override
  public void readFully(byte[] bytes, int offset, int wanted) throws IOException {
    if (readNBytes(bytes, offset, wanted) < wanted) {
      throw new EOFException(
          "The file %s ends before %d bytes were read".formatted(object, wanted));
    }
  }

  @Override
  public void close() {
    piece = NOTHING;
  }
}
