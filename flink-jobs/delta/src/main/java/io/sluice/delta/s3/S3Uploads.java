package io.sluice.delta.s3;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.annotation.Internal;
import software.amazon.awssdk.services.s3.model.ListMultipartUploadsResponse;
import software.amazon.awssdk.services.s3.model.MultipartUpload;

/** Uploads that are neither complete nor aborted: on their way, or left by a failure. */
@Internal
public final class S3Uploads {

  private S3Uploads() {}

  /**
   * @param object what it is to be; its time is when the upload was begun, its size is not known
   */
  public record Upload(S3Access access, S3Object object, String id) {

    /** Removes it; nothing happens if it is not there any more. */
    public void abort() throws IOException {
      S3Multipart.abort(access, object.address(), id);
    }
  }

  /**
   * All uploads below a prefix; a request for each thousand.
   *
   * @param prefix ends with a slash, so that no other table's are among them
   */
  public static List<Upload> below(S3Access access, S3Address prefix) throws IOException {
    List<Upload> uploads = new ArrayList<>();
    ListMultipartUploadsResponse page = page(access, prefix, null);
    while (true) {
      for (MultipartUpload upload : page.uploads()) {
        // Not every store heeds the prefix.
        if (upload.key().startsWith(prefix.key())) {
          S3Address address = new S3Address(prefix.bucket(), upload.key());
          S3Object object = new S3Object(address, 0, "", upload.initiated().toEpochMilli());
          uploads.add(new Upload(access, object, upload.uploadId()));
        }
      }
      if (!Boolean.TRUE.equals(page.isTruncated())) {
        return uploads;
      }
      page = page(access, prefix, page);
    }
  }

  private static ListMultipartUploadsResponse page(
      S3Access access, S3Address prefix, ListMultipartUploadsResponse before) throws IOException {
    return access.call(
        "searched for unfinished uploads",
        prefix,
        client ->
            client.listMultipartUploads(
                request -> {
                  request.bucket(prefix.bucket()).prefix(prefix.key()).encodingType("url");
                  if (before != null) {
                    request
                        .keyMarker(before.nextKeyMarker())
                        .uploadIdMarker(before.nextUploadIdMarker());
                  }
                }));
  }
}
