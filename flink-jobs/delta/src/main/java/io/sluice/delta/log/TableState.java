package io.sluice.delta.log;

import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.flink.annotation.Internal;

/**
 * What a committer must know of a table version.
 *
 * @param version the table version
 * @param transactions application id to the version of its last {@code txn} action
 */
@Internal
public record TableState(long version, Map<String, Long> transactions) {

  public TableState {
    transactions = Map.copyOf(transactions);
  }

  public OptionalLong transaction(String appId) {
    Long version = transactions.get(appId);
    return version == null ? OptionalLong.empty() : OptionalLong.of(version);
  }

  /** The state after a commit that added {@code txn} actions. */
  public TableState next(long newVersion, Map<String, Long> added) {
    Map<String, Long> all = new HashMap<>(transactions);
    all.putAll(added);
    return new TableState(newVersion, all);
  }
}
