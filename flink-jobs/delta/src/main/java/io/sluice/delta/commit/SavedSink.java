package io.sluice.delta.commit;

import java.util.Iterator;
import java.util.Objects;
import java.util.Optional;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.api.common.state.OperatorStateStore;

/**
 * A sink of a table as a savepoint knows it.
 *
 * @param sinkId names the sink in the table's log
 * @param incarnation names the life of its state, see {@link DeltaCommittable}
 * @param lastCheckpoint the last checkpoint up to the savepoint whose rows go into the table; -1 if
 *     there were none in this life
 */
@PublicEvolving
public record SavedSink(String sinkId, String incarnation, long lastCheckpoint) {

  /** The operator behind a sink whose state this is: its uid is this text and the sink's. */
  private static final String OPERATOR = "%s: %s";

  private static final String LIMIT_PREFIX = "rewound:";

  public SavedSink {
    Objects.requireNonNull(sinkId, "sinkId");
    Objects.requireNonNull(incarnation, "incarnation");
  }

  /** The uid of the operator that keeps the state of a sink. */
  public static String operatorUid(String sinkUid) {
    return OPERATOR.formatted(sinkUid, CommittableAggregator.UID);
  }

  /**
   * Reads the state of a sink.
   *
   * @param sinkId which the state does not hold
   * @param restored the state of the operator of {@link #operatorUid}
   * @return empty if the state is of something else
   */
  public static Optional<SavedSink> read(String sinkId, OperatorStateStore restored)
      throws Exception {
    Iterator<String> saved = restored.getListState(CommittableAggregator.IDENTITY).get().iterator();
    if (!saved.hasNext()) {
      return Optional.empty();
    }
    IncarnationState state = IncarnationState.decode(saved.next());
    return Optional.of(new SavedSink(sinkId, state.incarnation(), state.lastEmitted()));
  }

  /** The application id under which the table keeps the last checkpoint that it has of the sink. */
  public String appId() {
    return DeltaCommittable.appId(sinkId, incarnation);
  }

  /** Whether an application id is one of this sink, of any life of its state. */
  public boolean isOfSink(String appId) {
    return appId.startsWith(sinkId + "/");
  }

  /**
   * The application id under which a table that was taken back keeps the checkpoint it was taken
   * back to: a later state of the same life lacks rows in the table.
   *
   * @param appId of a sink
   */
  public static String limitOf(String appId) {
    return LIMIT_PREFIX + appId;
  }

  /** Whether an application id is one of {@link #limitOf}. */
  public static boolean isLimit(String appId) {
    return appId.startsWith(LIMIT_PREFIX);
  }
}
