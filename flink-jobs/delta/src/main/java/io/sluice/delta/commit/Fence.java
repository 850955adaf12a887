package io.sluice.delta.commit;

import io.sluice.delta.log.TableState;
import java.io.Serializable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.flink.annotation.PublicEvolving;

/**
 * Keeps rows single when a replay starts before what a table already holds (a restart without
 * state, a rewind to an older savepoint).
 *
 * <p>The table records, per group, the highest order value that it holds, in the same version as
 * the rows themselves. A writer that opens skips the rows at or below that position.
 *
 * <p>The contract: the rows of one group must reach the sink in an order that the checkpoint
 * barriers cut cleanly, that is, once a checkpoint holds a row with order value {@code v}, every
 * row of that group below {@code v} is in that or an earlier checkpoint. Kafka's (topic, partition)
 * with the offset fulfils it behind any key-by, because barriers are aligned; a window end per view
 * does not.
 *
 * @param groupColumns columns whose values name the group; empty for one group per table
 * @param orderColumn a TINYINT to BIGINT, DATE or timestamp column (microseconds) that grows within
 *     a group
 * @param origin where the rows come from; {@link Origin#NONE} when a group's name says it all
 */
@PublicEvolving
public record Fence(List<String> groupColumns, String orderColumn, Origin origin)
    implements Serializable {

  /** Prefix of the application ids under which the table keeps its positions. */
  public static final String APP_ID_PREFIX = "position:";

  public Fence {
    groupColumns = List.copyOf(groupColumns);
    Objects.requireNonNull(orderColumn, "orderColumn");
    Objects.requireNonNull(origin, "origin");
  }

  /** A fence whose groups never begin anew under their name. */
  public Fence(List<String> groupColumns, String orderColumn) {
    this(groupColumns, orderColumn, Origin.NONE);
  }

  /**
   * Tells apart things that bear one name one after the other, such as a Kafka topic that was
   * deleted and made again: the order values of each begin anew. Positions are kept under the
   * group's name, an {@code @} and the id.
   *
   * @param id of the thing, without {@code /}; empty when its name is all that identifies it
   * @param takesOlder whether positions that a table keeps under a name without an id are of this
   *     thing; older versions of this connector kept no ids
   */
  public record Origin(String id, boolean takesOlder) implements Serializable {
    /** Groups are identified by their names. */
    public static final Origin NONE = new Origin("", false);

    private static final char MARK = '@';

    /** The name under which a table keeps the position of a group. */
    public String group(String name) {
      return id.isEmpty() ? name : name + MARK + id;
    }

    /** The id in a name of {@link #group}; empty when it has none. */
    public static String idOf(String group) {
      int mark = group.lastIndexOf(MARK);
      return mark <= group.lastIndexOf('/') ? "" : group.substring(mark + 1);
    }

    /** How far a table's positions reach in a group; {@link Long#MIN_VALUE} when there is none. */
    public long held(Map<String, Long> positions, String name) {
      long older = takesOlder ? positions.getOrDefault(name, Long.MIN_VALUE) : Long.MIN_VALUE;
      return positions.getOrDefault(group(name), older);
    }
  }

  /** Fence group to the highest order value that a table holds. */
  public static Map<String, Long> positions(TableState state) {
    Map<String, Long> positions = new HashMap<>();
    state
        .transactions()
        .forEach(
            (appId, position) -> {
              if (appId.startsWith(APP_ID_PREFIX)) {
                positions.put(appId.substring(APP_ID_PREFIX.length()), position);
              }
            });
    return positions;
  }

  /** The application id of the Delta {@code txn} action that records a group's position. */
  static String appId(String group) {
    return APP_ID_PREFIX + group;
  }
}
