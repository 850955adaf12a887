package io.sluice.sandbox.ha;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.flink.api.common.JobID;
import org.apache.flink.core.fs.local.LocalFileSystem;
import org.apache.flink.runtime.blob.BlobKey;
import org.apache.flink.runtime.blob.FileSystemBlobStore;

/**
 * Keeps the jars of running jobs in {@code <directory>/blob}. Flink's store already syncs the file
 * and checks its hash when it is read; what it leaves out is the directory entries.
 */
final class DurableBlobStore extends FileSystemBlobStore {

  private final Path directory;

  DurableBlobStore(Path directory) throws IOException {
    super(LocalFileSystem.getSharedInstance(), directory.toString());
    this.directory = directory;
  }

  @Override
  public boolean put(File localFile, JobID jobId, BlobKey blobKey) throws IOException {
    boolean stored = super.put(localFile, jobId, blobKey);
    Path blobs = directory.resolve(BLOB_PATH_NAME);
    DurableFiles.sync(blobs.resolve("job_" + jobId.toHexString()));
    DurableFiles.sync(blobs);
    DurableFiles.sync(directory);
    return stored;
  }
}
