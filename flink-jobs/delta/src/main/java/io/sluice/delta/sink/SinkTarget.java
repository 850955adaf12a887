package io.sluice.delta.sink;

import io.sluice.delta.commit.Fence;
import io.sluice.delta.commit.Metering;
import io.sluice.delta.log.TableHead;
import io.sluice.delta.schema.TableLayout;
import io.sluice.delta.storage.TableStorage;
import java.io.Serializable;
import java.util.Objects;
import org.apache.flink.annotation.Internal;

/**
 * Where a sink writes.
 *
 * @param sinkId names the sink in the table's log
 * @param tablePath absolute
 * @param layout what the table looks like
 * @param fence null for none
 * @param metering what its metrics are called
 */
@Internal
public record SinkTarget(
    String sinkId, String tablePath, TableLayout layout, Fence fence, Metering metering)
    implements Serializable {

  public SinkTarget {
    Objects.requireNonNull(sinkId, "sinkId");
    Objects.requireNonNull(layout, "layout");
    Objects.requireNonNull(metering, "metering");
    if (!sinkId.matches("[A-Za-z0-9._-]+")) {
      throw new IllegalArgumentException(
          "The sink id '" + sinkId + "' may hold letters, digits, '.', '_' and '-' only");
    }
    tablePath = TableStorage.of(tablePath).table();
    if (fence != null) {
      FenceGuard.check(fence, layout.rowType());
    }
  }

  /**
   * The table's newest version.
   *
   * @param onHookFailure called when what follows a commit fails
   */
  public TableHead head(Runnable onHookFailure) {
    return new TableHead(TableStorage.of(tablePath), layout, onHookFailure);
  }

  /** The table's newest version, for those that commit nothing. */
  public TableHead head() {
    return head(() -> {});
  }
}
