package io.sluice.delta.s3;

import java.io.IOException;
import java.io.InputStream;
import org.apache.flink.annotation.Internal;
import software.amazon.awssdk.core.exception.RetryableException;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/**
 * Bytes of an object.
 *
 * @param bytes null if there are more than were wanted
 * @param start of the first of them
 * @param object all of it
 */
@Internal
public record S3Piece(byte[] bytes, long start, S3Object object) {

  /** Makes a stream that breaks a reason to try again, not to give up. */
  static final class Reader implements ResponseTransformer<GetObjectResponse, S3Piece> {
    private final S3Address address;
    private final int most;
    private SdkHttpResponse http;

    /**
     * @param most bytes; a longer reply is not read
     */
    Reader(S3Address address, int most) {
      this.address = address;
      this.most = most;
    }

    /** Of the last attempt. */
    SdkHttpResponse reply() {
      return http;
    }

    @Override
    public S3Piece transform(GetObjectResponse reply, AbortableInputStream in) {
      http = reply.sdkHttpResponse();
      long length = reply.contentLength();
      S3Range range = S3Range.of(reply.contentRange(), length);
      S3Object object = S3Object.of(address, range.total(), reply.eTag(), reply.lastModified());
      if (length > most) {
        in.abort();
        return new S3Piece(null, range.start(), object);
      }
      return new S3Piece(read(in, (int) length), range.start(), object);
    }

    private static byte[] read(InputStream in, int length) {
      try {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
          throw new IOException(
              "The reply ends after %d of %d bytes".formatted(bytes.length, length));
        }
        return bytes;
      } catch (IOException e) {
        throw RetryableException.create("The reply broke", e);
      }
    }
  }
}
