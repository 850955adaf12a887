package io.sluice.sandbox.secrets;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;

/**
 * The random credentials of a home's object store, in a file of it that only its owner may read.
 *
 * @param accessKey a name, as S3 has it
 * @param secretKey its secret
 */
public record ObjectStoreKeys(String accessKey, String secretKey) {

  private static final String FILE = "object-store";

  /** The credentials that were made; empty for a home without an object store or a new one. */
  public static Optional<ObjectStoreKeys> read(Path folder) throws IOException {
    Path file = file(folder);
    if (Files.notExists(file)) {
      return Optional.empty();
    }
    Properties found = new Properties();
    found.load(new StringReader(Files.readString(file)));
    return Optional.of(
        new ObjectStoreKeys(
            Secrets.value(found, "access-key", file), Secrets.value(found, "secret-key", file)));
  }

  /** New credentials, which are in the folder when this returns. */
  public static ObjectStoreKeys create(Path folder) throws IOException {
    ObjectStoreKeys made = new ObjectStoreKeys(Secrets.random(), Secrets.random());
    PrivateFiles.folder(folder);
    PrivateFiles.write(
        file(folder),
        """
        # The credentials of this home's object store: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY. Without this file the
        # store gets new ones at its next start.
        access-key=%s
        secret-key=%s
        """
            .formatted(made.accessKey, made.secretKey));
    return made;
  }

  /** Where the credentials of a folder stand. */
  public static Path file(Path folder) {
    return folder.resolve(FILE);
  }

  /** Without the secret: what is printed by accident ends in a log. */
  @Override
  public String toString() {
    return "ObjectStoreKeys[]";
  }
}
