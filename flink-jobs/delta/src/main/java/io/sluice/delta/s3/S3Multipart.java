package io.sluice.delta.s3;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.annotation.Internal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.UploadPartResponse;

/**
 * An object of several parts. It is visible once it is complete, and never before; one that is not
 * completed must be aborted, or vacuum does it. By one thread.
 */
@Internal
public final class S3Multipart {

  /** Bytes of each part but the last; stores take 5 MB to 5 GB. */
  public static final int PART_BYTES = 8 << 20;

  private static final Logger LOGGER = LoggerFactory.getLogger(S3Multipart.class);
  private static final int MOST_PARTS = 10_000;

  private final S3Access access;
  private final S3Address address;
  private final String id;
  private final List<CompletedPart> parts = new ArrayList<>();
  private long size;

  private S3Multipart(S3Access access, S3Address address, String id) {
    this.access = access;
    this.address = address;
    this.id = id;
  }

  public static S3Multipart begin(S3Access access, S3Address address) throws IOException {
    CreateMultipartUploadResponse begun =
        access.call(
            "written",
            address,
            client ->
                client.createMultipartUpload(
                    request ->
                        request
                            .bucket(address.bucket())
                            .key(address.key())
                            .contentType("application/octet-stream")));
    return new S3Multipart(access, address, begun.uploadId());
  }

  public void part(S3Content content) throws IOException {
    int number = parts.size() + 1;
    if (number > MOST_PARTS) {
      throw new IOException(
          "%s cannot be written: it has more than %d parts of %d bytes, which no store takes. Write smaller files"
              .formatted(address, MOST_PARTS, PART_BYTES));
    }
    UploadPartResponse put =
        access.call(
            "written",
            address,
            client ->
                client.uploadPart(
                    request ->
                        request
                            .bucket(address.bucket())
                            .key(address.key())
                            .uploadId(id)
                            .partNumber(number),
                    S3Access.body(content)));
    parts.add(
        CompletedPart.builder()
            .partNumber(number)
            .eTag(put.eTag())
            .checksumCRC32(put.checksumCRC32())
            .build());
    size += content.length();
  }

  /** Makes the object appear under a name that nobody else writes. */
  public S3Object complete() throws IOException {
    try {
      return complete(false);
    } catch (S3Failure refused) {
      if (refused.isUploadGone()) {
        return completedBefore(refused);
      }
      throw refused;
    }
  }

  S3Object complete(boolean onlyNew) throws IOException {
    CompleteMultipartUploadResponse done =
        access.call(
            "written", address, client -> client.completeMultipartUpload(completion(onlyNew)));
    return access.made(address, size, done.eTag(), done);
  }

  private CompleteMultipartUploadRequest completion(boolean onlyNew) {
    CompleteMultipartUploadRequest.Builder request =
        CompleteMultipartUploadRequest.builder()
            .bucket(address.bucket())
            .key(address.key())
            .uploadId(id)
            .multipartUpload(all -> all.parts(parts));
    return onlyNew ? request.ifNoneMatch("*").build() : request.build();
  }

  /** The reply of an attempt was lost if the object is there. */
  private S3Object completedBefore(S3Failure refused) throws IOException {
    S3Object found;
    try {
      found = access.head(address);
    } catch (NoSuchFileException aborted) {
      throw new IOException(
          "%s cannot be written: somebody has aborted its upload, a vacuum for example. It must keep unfinished uploads for longer than one takes"
              .formatted(address),
          refused);
    }
    String parted = "-" + parts.size() + "\"";
    if (found.size() != size || found.etag().contains("-") && !found.etag().endsWith(parted)) {
      throw new IOException(
          "%s cannot be written: another object of %d bytes bears the name, where %d were written. Find out who writes there"
              .formatted(address, found.size(), size),
          refused);
    }
    return found;
  }

  /** Gives it up after a failure; a second failure joins the first. */
  public void abort(Exception failure) {
    try {
      abort();
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  /** Gives it up. Also an interrupted thread does, as the parts would stay and cost. */
  public void abort() throws IOException {
    boolean interrupted = Thread.interrupted();
    try {
      abort(access, address, id);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Aborts an upload, whoever began it; nothing happens if there is none. */
  public static void abort(S3Access access, S3Address address, String id) throws IOException {
    try {
      access.call(
          "given up",
          address,
          client ->
              client.abortMultipartUpload(
                  request -> request.bucket(address.bucket()).key(address.key()).uploadId(id)));
    } catch (S3Failure refused) {
      if (!refused.isUploadGone()) {
        throw refused;
      }
      LOGGER.debug("The upload of {} is not there any more", address);
    } catch (NoSuchFileException gone) {
      LOGGER.debug("The upload of {} is not there any more", address, gone);
    }
  }
}
