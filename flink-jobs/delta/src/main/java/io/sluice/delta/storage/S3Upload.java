package io.sluice.delta.storage;

import io.sluice.delta.s3.S3Access;
import io.sluice.delta.s3.S3Address;
import io.sluice.delta.s3.S3Buffer;
import io.sluice.delta.s3.S3Multipart;
import io.sluice.delta.s3.S3Object;
import java.io.IOException;
import org.apache.parquet.io.PositionOutputStream;

/**
 * A new file in an object store. Up to one part is put when the stream is closed, by one request; a
 * larger file is uploaded part by part, and appears when it is closed.
 */
final class S3Upload extends NewFile {

  private final S3Storage storage;
  private final S3Address object;
  private final S3Buffer.Budget budget;
  private UploadStream stream;

  S3Upload(S3Storage storage, S3Address object, S3Buffer.Budget budget) {
    this.storage = storage;
    this.object = object;
    this.budget = budget;
  }

  @Override
  public PositionOutputStream create(long blockSizeHint) {
    if (stream != null) {
      throw new IllegalStateException("The file " + object + " has a stream already");
    }
    stream = new UploadStream(storage.access(), object, new S3Buffer(budget));
    return stream;
  }

  @Override
  public void abandon() throws IOException {
    if (stream != null) {
      stream.abandon();
    }
  }

  /** An upload that does not end is no object. */
  @Override
  public boolean leavesSomething() {
    return false;
  }

  @Override
  public StoredFile written() {
    if (stream == null || stream.made == null) {
      throw new IllegalStateException("The file " + object + " is not written");
    }
    return storage.file(stream.made);
  }

  @Override
  public String getPath() {
    return object.toString();
  }

  private static final class UploadStream extends PositionOutputStream {
    private final S3Access access;
    private final S3Address object;
    private final S3Buffer buffer;
    private S3Multipart parts;
    private long position;
    private S3Object made;

    /** Once a write has failed, the file is not what was written: it must not end as if it were. */
    private Exception failure;

    private boolean ended;

    UploadStream(S3Access access, S3Address object, S3Buffer buffer) {
      this.access = access;
      this.object = object;
      this.buffer = buffer;
    }

    @Override
    public long getPos() {
      return position;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      position += length;
      if (ended && failure == null) {
        return;
      }
      checkNotFailed();
      try {
        for (int taken = 0; taken < length; ) {
          if (buffer.size() == S3Multipart.PART_BYTES) {
            putPart();
          }
          int room = (int) (S3Multipart.PART_BYTES - buffer.size());
          int piece = Math.min(room, length - taken);
          buffer.write(bytes, offset + taken, piece);
          taken += piece;
        }
      } catch (IOException | RuntimeException e) {
        fail(e);
        throw e;
      }
    }

    private void checkNotFailed() throws IOException {
      if (failure != null) {
        throw new IOException("An earlier write failed: " + failure.getMessage(), failure);
      }
    }

    private void putPart() throws IOException {
      if (parts == null) {
        parts = S3Multipart.begin(access, object);
      }
      parts.part(buffer.content());
      buffer.clear();
    }

    private void fail(Exception reason) throws IOException {
      failure = reason;
      ended = true;
      try (buffer) {
        if (parts != null) {
          parts.abort(reason);
        }
      }
    }

    void abandon() throws IOException {
      if (!ended) {
        ended = true;
        try (buffer) {
          if (parts != null) {
            parts.abort();
          }
        }
      }
    }

    @Override
    public void close() throws IOException {
      if (ended) {
        return;
      }
      try {
        made = access.memory().claimed(whole());
        ended = true;
        buffer.close();
      } catch (IOException | RuntimeException e) {
        fail(e);
        throw e;
      }
    }

    private S3Object whole() throws IOException {
      if (parts == null) {
        return access.put(object, buffer.content());
      }
      putPart();
      return parts.complete();
    }
  }
}
