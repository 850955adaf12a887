package io.sluice.delta.log;

import io.delta.kernel.Snapshot;
import io.delta.kernel.exceptions.KernelException;
import io.delta.kernel.internal.tablefeatures.TableFeatures;
import io.sluice.delta.schema.RefusedTableException;
import io.sluice.delta.storage.TableStorage;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import org.apache.flink.annotation.Internal;

/** Which tables can be read: those whose every reader feature is known here. */
@Internal
public final class ReaderFeatures {

  /** Features of the readers' protocol that are honoured, or need nothing of a reader. */
  private static final Set<String> SUPPORTED =
      Set.of(
          "columnMapping",
          "deletionVectors",
          "timestampNtz",
          "typeWidening",
          "typeWidening-preview",
          "v2Checkpoint",
          "vacuumProtocolCheck");

  private static final int TABLE_FEATURES = 3;

  private ReaderFeatures() {}

  /** The features of a table because of which it is not wholly understood; empty if it is. */
  public static String unknown(TableStorage table, Snapshot snapshot) {
    try {
      TableFeatures.validateKernelCanReadTheTable(snapshot.getProtocol(), table.toString());
      snapshot.getProtocol().getImplicitlyAndExplicitlySupportedFeatures();
      return TableFeatures.isCatalogManagedSupported(snapshot.getProtocol())
          ? "catalogManaged"
          : "";
    } catch (KernelException e) {
      return e.getMessage();
    }
  }

  /**
   * @throws RefusedTableException naming the features that are not supported
   */
  public static void check(TableStorage table, Snapshot snapshot) {
    check(
        table,
        snapshot.getVersion(),
        snapshot.getProtocol().getMinReaderVersion(),
        snapshot.getProtocol().getReaderFeatures());
  }

  /**
   * @param features the reader features that the table's protocol names
   * @throws RefusedTableException naming the features that are not supported
   */
  public static void check(
      TableStorage table, long version, int minReaderVersion, Collection<String> features) {
    TreeSet<String> unsupported = new TreeSet<>(features);
    unsupported.removeAll(SUPPORTED);
    if (!unsupported.isEmpty()) {
      throw new RefusedTableException(
          ("Table %s (version %d) needs the reader feature %s, which Sluice does not support: its rows"
                  + " would be read wrongly. Read it with Spark, or drop the feature there")
              .formatted(table, version, String.join(", ", unsupported)));
    }
    if (minReaderVersion > TABLE_FEATURES) {
      throw new RefusedTableException(
          "Table %s (version %d) needs a reader of protocol version %d; Sluice knows up to %d. Read it with Spark"
              .formatted(table, version, minReaderVersion, TABLE_FEATURES));
    }
  }
}
