package io.sluice.delta.testing;

import io.sluice.delta.storage.TableStorage;
import java.nio.file.Path;

/** The storage on which the tests of this process keep their tables. */
public final class TestingStorage {

  private TestingStorage() {}

  /**
   * A table as people write it.
   *
   * @param table its folder
   */
  public static String address(Path table) {
    return table.toString();
  }

  /** The storage of a table. */
  public static TableStorage of(Path table) {
    return TableStorage.of(address(table));
  }
}
