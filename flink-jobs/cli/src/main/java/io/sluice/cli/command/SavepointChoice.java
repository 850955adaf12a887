package io.sluice.cli.command;

import io.sluice.cli.platform.Ownership;
import io.sluice.cli.storage.ObjectStoreAccess;
import io.sluice.cli.submit.RestorePoints;
import io.sluice.cli.text.CommandFailure;
import io.sluice.cli.text.Output;
import io.sluice.definition.model.LakeRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A savepoint or retained checkpoint that the user named. */
final class SavepointChoice {
  private static final String METADATA = "_metadata";

  private SavepointChoice() {}

  /**
   * The address of a savepoint or checkpoint that exists and may be run by this user.
   *
   * @param named a path or {@code s3://bucket/key}, or that of its metadata
   * @return an absolute path or {@code s3://bucket/key}
   */
  static String trusted(String named, SluiceCommand sluice, Output output) throws IOException {
    if (LakeRoot.isRemote(named)) {
      return inBucket(named.replaceFirst("/" + METADATA + "$", ""), sluice);
    }
    Path folder = onDisk(Path.of(named));
    Ownership.ofThisUser()
        .checkState(folder, sluice.home(), remark -> output.remark("  " + remark));
    return folder.toString();
  }

  /** Who has the credentials of a bucket is trusted with what is in it. */
  private static String inBucket(String named, SluiceCommand sluice) throws IOException {
    RestorePoints points = new RestorePoints(sluice.platform().state(sluice.home()));
    ObjectStoreAccess.requireFlink(named);
    if (!points.isComplete(named)) {
      throw incomplete(named);
    }
    return named;
  }

  private static Path onDisk(Path named) {
    Path folder = named.endsWith(METADATA) && named.getParent() != null ? named.getParent() : named;
    Path absolute = folder.toAbsolutePath().normalize();
    if (!Files.isRegularFile(absolute.resolve(METADATA))) {
      throw incomplete(absolute.toString());
    }
    return absolute;
  }

  private static CommandFailure incomplete(String point) {
    return new CommandFailure(
        "%s is no complete savepoint or checkpoint: it has no _metadata file.".formatted(point));
  }
}
