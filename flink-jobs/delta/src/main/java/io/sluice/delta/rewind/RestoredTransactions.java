package io.sluice.delta.rewind;

import io.sluice.delta.commit.Fence;
import io.sluice.delta.commit.SavedSink;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * The {@code txn} actions of a version that takes a table back.
 *
 * <pre>
 *   position of a fence      as it was then, or below every row: the replay is not kept out
 *   checkpoint of a sink     stays: a life of its state whose commits were taken back never commits
 *                            again, so that a checkpoint of it is one version in the log for ever
 *   limit of a sink's state  the savepoint's checkpoint, or none at all for lives that began later
 * </pre>
 */
final class RestoredTransactions {

  /** The position of a group of which the table holds no row. */
  private static final long NO_ROW = Long.MIN_VALUE;

  private static final long NO_STATE = -1;
  private static final long NO_LIMIT = Long.MAX_VALUE;

  private final List<SavedSink> sinks;
  private final long checkpoint;

  RestoredTransactions(List<SavedSink> sinks, long checkpoint) {
    this.sinks = sinks;
    this.checkpoint = checkpoint;
  }

  /**
   * What must be written.
   *
   * @param now of the version before
   * @param then of the version whose rows come back
   */
  Map<String, Long> between(Map<String, Long> now, Map<String, Long> then) {
    Map<String, Long> all = new HashMap<>(now);
    Set<String> appIds = new HashSet<>(now.keySet());
    appIds.addAll(then.keySet());
    for (String appId : appIds) {
      if (appId.startsWith(Fence.APP_ID_PREFIX)) {
        all.put(appId, then.getOrDefault(appId, NO_ROW));
      } else if (SavedSink.isLimit(appId)) {
        all.put(appId, then.getOrDefault(appId, NO_LIMIT));
      }
    }
    for (String appId : appIds) {
      boolean ofSink = sinks.stream().anyMatch(sink -> sink.isOfSink(appId));
      if (ofSink && !Objects.equals(now.get(appId), then.get(appId))) {
        all.put(SavedSink.limitOf(appId), NO_STATE);
      }
    }
    sinks.forEach(sink -> all.put(SavedSink.limitOf(sink.appId()), checkpoint));
    all.entrySet().removeIf(entry -> entry.getValue().equals(now.get(entry.getKey())));
    return all;
  }
}
