package io.sluice.delta.s3;

import java.time.Instant;
import java.util.Objects;
import org.apache.flink.annotation.Internal;

/**
 * What a store says of an object.
 *
 * @param size bytes
 * @param etag tells its content; empty if the store gives none
 * @param modified when it was written, by the store's clock; milliseconds since the epoch. Replies
 *     differ in their parts of a second
 */
@Internal
public record S3Object(S3Address address, long size, String etag, long modified) {

  /**
   * Replies round to seconds, and a put tells when it was answered, not when the object was made.
   */
  private static final long ROUNDING_MILLIS = 2_000;

  public S3Object {
    Objects.requireNonNull(address, "address");
    Objects.requireNonNull(etag, "etag");
  }

  /** As a reply tells it, in which tag and time may be missing. */
  static S3Object of(S3Address address, long size, String etag, Instant modified) {
    return new S3Object(
        address, size, etag == null ? "" : etag, modified == null ? 0 : modified.toEpochMilli());
  }

  /** Whether both are the same object of this name, as far as can be told. */
  public boolean isSameAs(S3Object other) {
    return size == other.size
        && (etag.isEmpty() || other.etag.isEmpty() || etag.equals(other.etag))
        && isAsOldAs(other.modified);
  }

  /**
   * This object, which has taken the place of another one. Its time is a later one, too: both may
   * have been written in the same second, and stores tell seconds.
   */
  S3Object after(S3Object other) {
    return modified <= other.modified && isAsOldAs(other.modified)
        ? new S3Object(address, size, etag, other.modified + 1)
        : this;
  }

  /** Whether it was written at this time, as far as can be told. */
  public boolean isAsOldAs(long time) {
    return Math.abs(modified - time) < ROUNDING_MILLIS;
  }
}
