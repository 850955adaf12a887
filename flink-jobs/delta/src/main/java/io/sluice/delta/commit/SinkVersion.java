package io.sluice.delta.commit;

import io.delta.kernel.Operation;
import io.sluice.delta.log.CommitDescription;
import io.sluice.delta.log.FileChanges;
import io.sluice.delta.log.TableHead;
import io.sluice.delta.log.TableLog;
import io.sluice.delta.schema.SchemaEvolution;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.annotation.Internal;

/** Publishes the changes of a committable as one version of a table. */
@Internal
public final class SinkVersion {

  private final TableHead head;
  private final DeltaCommittable committable;
  private final Map<String, Long> transactions;
  private final SchemaEvolution evolution;

  /**
   * @param head ready for the commit
   * @param transactions application id to version: the {@code txn} actions of the version
   */
  public SinkVersion(TableHead head, DeltaCommittable committable, Map<String, Long> transactions)
      throws IOException {
    this.head = head;
    this.committable = committable;
    this.transactions = transactions;
    evolution = head.evolution(committable.newColumns());
  }

  /**
   * Publishes files that depend on no row of the table.
   *
   * @return false when another writer took the version
   */
  public boolean append(FileChanges merge) throws IOException {
    return publish(merge, "Append", true);
  }

  /**
   * Publishes files that replace rows. Never a blind append: another writer that adds the same key
   * at the same time must conflict.
   *
   * @return false when another writer took the version
   */
  public boolean upsert(FileChanges merge) throws IOException {
    return publish(merge, "Upsert", false);
  }

  private boolean publish(FileChanges merge, String mode, boolean blindAppend) throws IOException {
    return head.publish(
        Operation.STREAMING_UPDATE,
        CommitDescription.ofSink(parameters(mode), blindAppend),
        TableLog.actions(merge, transactions, System.currentTimeMillis()),
        transactions,
        evolution);
  }

  private Map<String, String> parameters(String mode) {
    Map<String, String> parameters = new HashMap<>();
    parameters.put("mode", mode);
    parameters.put("sinkId", committable.sinkId());
    parameters.put("incarnation", committable.incarnation());
    parameters.put("checkpointId", Long.toString(committable.checkpointId()));
    if (!evolution.isEmpty()) {
      parameters.put("newColumns", String.join(", ", evolution.columns()));
    }
    return parameters;
  }
}
