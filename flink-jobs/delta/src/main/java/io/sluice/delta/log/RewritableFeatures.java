package io.sluice.delta.log;

import io.delta.kernel.Snapshot;
import io.delta.kernel.exceptions.KernelException;
import io.delta.kernel.internal.tablefeatures.TableFeatures;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.flink.annotation.Internal;

/** Which tables may be rewritten: those whose every feature the rewrite knows how to keep. */
@Internal
public final class RewritableFeatures {

  /**
   * Features that do not change how the rewritten rows, files or actions must look. Column mapping
   * counts by its property.
   */
  private static final Set<String> HARMLESS =
      Set.of(
          "allowColumnDefaults",
          "appendOnly",
          "changeDataFeed",
          "checkConstraints",
          "checkpointProtection",
          "columnMapping",
          "deletionVectors",
          "domainMetadata",
          "generatedColumns",
          "identityColumns",
          "inCommitTimestamp",
          "invariants",
          "timestampNtz",
          "typeWidening",
          "typeWidening-preview",
          "v2Checkpoint",
          "vacuumProtocolCheck");

  private RewritableFeatures() {}

  /**
   * @throws IllegalStateException if the table has a feature that the rewrite would break; its name
   *     is in the message
   */
  public static void check(String tablePath, Snapshot snapshot) {
    List<String> unsupported = unsupported(snapshot);
    if (!unsupported.isEmpty()) {
      throw refused(tablePath, String.join(", ", unsupported), null);
    }
    try {
      TableFeatures.validateKernelCanWriteToTable(
          snapshot.getProtocol(), snapshot.getMetadata(), tablePath);
    } catch (KernelException e) {
      throw refused(tablePath, e.getMessage(), e);
    }
  }

  private static List<String> unsupported(Snapshot snapshot) {
    TreeSet<String> features = new TreeSet<>(snapshot.getProtocol().getReaderAndWriterFeatures());
    features.removeAll(HARMLESS);
    List<String> unsupported = new ArrayList<>(features);
    Map<String, String> properties = snapshot.getTableProperties();
    if (!properties.getOrDefault("delta.columnMapping.mode", "none").equals("none")) {
      unsupported.add("columnMapping");
    }
    return unsupported;
  }

  private static IllegalStateException refused(String tablePath, String reason, Exception cause) {
    return new IllegalStateException(
        "The files of table "
            + tablePath
            + " cannot be rewritten: it has features that Sluice would not keep ("
            + reason
            + "). Nothing was changed; use Spark's OPTIMIZE for this table",
        cause);
  }
}
