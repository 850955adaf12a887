package io.sluice.delta.log;

import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.apache.flink.annotation.Internal;

/**
 * Names data files in sixteen bytes, where a path takes a hundred: the place of every row of a
 * table is kept in state.
 */
@Internal
public final class FileIds {

  private FileIds() {}

  /**
   * The id of a file, a hash of its name.
   *
   * @param path as the log has it
   */
  public static UUID of(String path) {
    return UUID.nameUUIDFromBytes(path.getBytes(StandardCharsets.UTF_8));
  }
}
