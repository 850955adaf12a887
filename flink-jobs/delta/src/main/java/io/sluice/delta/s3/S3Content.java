package io.sluice.delta.s3;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import org.apache.flink.annotation.Internal;

/** What is put into an object. It can be read several times, as an attempt may fail. */
@Internal
public interface S3Content {

  /** In bytes. */
  long length();

  /** From the first byte on. The stream holds nothing that must be closed. */
  InputStream open();

  static S3Content of(byte[] bytes) {
    return new S3Content() {
      @Override
      public long length() {
        return bytes.length;
      }

      @Override
      public InputStream open() {
        return new ByteArrayInputStream(bytes);
      }
    };
  }

  /** A part of a file. The channel stays open until the content was put. */
  static S3Content of(FileChannel file, long start, long length) {
    return new S3Content() {
      @Override
      public long length() {
        return length;
      }

      @Override
      public InputStream open() {
        return new ChannelStream(file, start, start + length);
      }
    };
  }

  /** Reads by position, so that several streams can share the channel. */
  final class ChannelStream extends InputStream {
    private final FileChannel file;
    private final long end;
    private long position;

    ChannelStream(FileChannel file, long position, long end) {
      this.file = file;
      this.position = position;
      this.end = end;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int most = (int) Math.min(length, end - position);
      if (length == 0 || most <= 0) {
        return length == 0 ? 0 : -1;
      }
      int read = file.read(ByteBuffer.wrap(bytes, offset, most), position);
      position += Math.max(read, 0);
      return read;
    }

    @Override
    public int available() {
      return (int) Math.min(Integer.MAX_VALUE, end - position);
    }
  }
}
