package io.sluice.connectors.redis;

import java.util.List;
import java.util.concurrent.CompletionStage;

/** Where hashes are written. */
interface HashStore extends AutoCloseable {
  /**
   * Writes each hash atomically unless the stored version is at least as large. Keys are distinct.
   *
   * @return how many were dropped as old; fails when the store gave up
   */
  CompletionStage<Long> put(List<HashUpdate> updates);

  @Override
  void close();
}
