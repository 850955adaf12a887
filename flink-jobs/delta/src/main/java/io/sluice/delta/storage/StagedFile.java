package io.sluice.delta.storage;

import java.io.IOException;
import org.apache.flink.annotation.Internal;

/**
 * A file that is written on a local disk and read back there before it appears under its name, at
 * once and whole.
 */
@Internal
public interface StagedFile {

  /** Where it is written and read meanwhile. */
  LocalStorage storage();

  /** What it is called there. */
  String name();

  /**
   * Makes it appear, durably, and removes what was staged.
   *
   * @param overwrite replace what bears the name
   * @throws java.nio.file.FileAlreadyExistsException if the name is taken and {@code overwrite} is
   *     false
   */
  void publish(boolean overwrite) throws IOException;

  /** Removes what was staged after a failure; a second failure joins the first. */
  void discard(Exception failure);
}
