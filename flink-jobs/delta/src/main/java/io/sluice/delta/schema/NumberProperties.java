package io.sluice.delta.schema;

import io.delta.kernel.Snapshot;
import io.delta.kernel.internal.SnapshotImpl;
import io.delta.kernel.internal.TableConfig;
import io.sluice.delta.storage.TableStorage;
import org.apache.flink.annotation.Internal;

/**
 * Properties of a table that are numbers or durations. Any writer may set them to anything, and
 * Kernel reads them when it needs them, in the middle of a commit or a clean-up.
 */
@Internal
public final class NumberProperties {

  private NumberProperties() {}

  /** How long the log tells of removed files, in milliseconds. */
  public static long tombstoneRetention(TableStorage table, Snapshot snapshot) {
    return of(table, TableConfig.TOMBSTONE_RETENTION, snapshot);
  }

  /**
   * The value of a property; durations are in milliseconds.
   *
   * @throws IllegalStateException if it is no number, or less than 0: the message is a sentence
   *     with the table, the property and its text
   */
  public static <T extends Number> T of(
      TableStorage table, TableConfig<T> property, Snapshot snapshot) {
    T value;
    try {
      value = property.fromMetadata(((SnapshotImpl) snapshot).getMetadata());
    } catch (RuntimeException e) {
      throw refused(table, property, snapshot, e);
    }
    if (value.longValue() < 0) {
      throw refused(table, property, snapshot, null);
    }
    return value;
  }

  private static IllegalStateException refused(
      TableStorage table, TableConfig<?> property, Snapshot snapshot, RuntimeException cause) {
    return new IllegalStateException(
        "The property %s of table %s is '%s', which is no number or duration that it can have. Nothing was changed; set it anew, to 10 or 'interval 30 days' for example"
            .formatted(
                property.getKey(), table, snapshot.getTableProperties().get(property.getKey())),
        cause);
  }
}
