package io.sluice.delta.s3;

import java.io.IOException;
import java.nio.channels.FileChannel;
import org.apache.flink.annotation.Internal;

/**
 * Puts a local file into an object, which appears at once and whole.
 *
 * @param table where the bucket may be tried, see {@link ConditionalPut}
 */
@Internal
public record FileUpload(S3Access access, S3Address table, S3Address target) {

  /**
   * Makes the object appear.
   *
   * @param overwrite replace what bears the name
   * @throws java.nio.file.FileAlreadyExistsException if the name is taken by another content and
   *     {@code overwrite} is false
   */
  public S3Object run(FileChannel file, boolean overwrite) throws IOException {
    S3Content whole = S3Content.of(file, 0, file.size());
    if (whole.length() > S3Multipart.PART_BYTES) {
      return overwrite ? access.memory().overwritten(inParts(file, false)) : once(file, whole);
    }
    return overwrite
        ? access.memory().overwritten(access.put(target, whole))
        : access.conditional().put(table, target, whole);
  }

  /** After a conflict, S3 wants the parts anew. */
  private S3Object once(FileChannel file, S3Content whole) throws IOException {
    access.conditional().prove(table);
    for (int attempt = 1; ; attempt++) {
      try {
        return access.memory().claimed(inParts(file, true));
      } catch (S3Failure refused) {
        if (refused.isPrecondition() || refused.isUploadGone()) {
          return access.conditional().own(target, whole);
        }
        access.conditional().checkConflict(target, refused, attempt);
      }
    }
  }

  private S3Object inParts(FileChannel file, boolean onlyNew) throws IOException {
    S3Multipart upload = S3Multipart.begin(access, target);
    try {
      for (long start = 0; start < file.size(); start += S3Multipart.PART_BYTES) {
        upload.part(
            S3Content.of(file, start, Math.min(S3Multipart.PART_BYTES, file.size() - start)));
      }
      return onlyNew ? upload.complete(true) : upload.complete();
    } catch (IOException | RuntimeException e) {
      upload.abort(e);
      throw e;
    }
  }
}
