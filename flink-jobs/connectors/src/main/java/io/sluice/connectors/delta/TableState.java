package io.sluice.connectors.delta;

import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;

/**
 * What a committer must know of a table version.
 *
 * @param version the table version
 * @param transactions application id to the version of its last {@code txn} action
 */
record TableState(long version, Map<String, Long> transactions) {

  TableState {
    transactions = Map.copyOf(transactions);
  }

  OptionalLong transaction(String appId) {
    Long version = transactions.get(appId);
    return version == null ? OptionalLong.empty() : OptionalLong.of(version);
  }

  /** The state after a commit that added {@code txn} actions. */
  TableState next(long newVersion, Map<String, Long> added) {
    Map<String, Long> all = new HashMap<>(transactions);
    all.putAll(added);
    return new TableState(newVersion, all);
  }
}
