package io.sluice.delta.s3;

import java.io.IOException;
import org.apache.flink.annotation.Internal;

/** A store has refused a request. The message is a sentence without any credential. */
@Internal
public final class S3Failure extends IOException {

  private static final long serialVersionUID = 1L;

  private final int status;
  private final String code;

  S3Failure(String message, int status, String code) {
    super(message);
    this.status = status;
    this.code = code;
  }

  /** The name is taken, or the object is another one than was asked for. */
  boolean isPrecondition() {
    return status == 412;
  }

  /** Somebody else wrote the same name at the same moment, so that neither may have won. */
  boolean isConflict() {
    return status == 409;
  }

  /** The object is still the one that was asked about. */
  boolean isUnchanged() {
    return status == 304;
  }

  /** The object is not that long. */
  boolean isBehindEnd() {
    return status == 416;
  }

  /** The store has no such request, or no such header. */
  boolean isNotImplemented() {
    return status == 501 || code.equals("NotImplemented");
  }

  /** The upload was completed or aborted before. */
  boolean isUploadGone() {
    return code.equals("NoSuchUpload");
  }

  /** The request itself is refused, whatever it is about. */
  boolean isDenied() {
    return status == 403;
  }
}
