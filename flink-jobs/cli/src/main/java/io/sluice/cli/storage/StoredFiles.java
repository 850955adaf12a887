package io.sluice.cli.storage;

import io.sluice.definition.model.LakeRoot;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Files by their address: an absolute path, or {@code s3://bucket/key}. For what is looked at from
 * outside of tables; tables themselves are read by the Delta connector.
 */
public interface StoredFiles {

  /** The files of the storage to which an address belongs. */
  static StoredFiles of(String address) {
    return LakeRoot.isRemote(address) ? new BucketFiles() : new DiskFiles();
  }

  /** Whether there is a folder of this address with something in it. */
  boolean hasFolder(String folder) throws IOException;

  /** The addresses of the folders in a folder; none if it is not there. */
  List<String> folders(String folder) throws IOException;

  /** When a file was written; empty if there is none. */
  Optional<Instant> written(String file) throws IOException;

  /** The content of a file; empty if there is none. */
  Optional<byte[]> read(String file) throws IOException;

  /**
   * A file as one of this machine: the file itself, or a copy.
   *
   * @param copies an existing folder, which the caller removes
   */
  Path local(String file, Path copies) throws IOException;

  /** Removes a folder with all that is in it; nothing happens if it is not there. */
  void remove(String folder) throws IOException;
}
