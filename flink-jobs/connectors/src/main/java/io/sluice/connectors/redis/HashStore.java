package io.sluice.connectors.redis;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** Where hashes are written. */
interface HashStore extends AutoCloseable {
  /**
   * Writes each hash atomically unless the stored version is at least as large. Keys are distinct.
   *
   * @return fails when the store gave up
   */
  CompletionStage<Written> put(List<HashUpdate> updates);

  /**
   * Deletes the hashes of a view whose version is not above the given one.
   *
   * @param keys what the Redis keys of the view begin with, without the last ':'
   */
  void removeUpTo(String keys, long version) throws IOException, InterruptedException;

  /** The largest key or value that the store takes, in bytes. */
  long maxBytes();

  @Override
  void close();

  /**
   * What became of updates.
   *
   * @param dropped how many were older than what is stored
   */
  record Written(long dropped, List<Refusal> refused) {}

  /** An update that the store will never take. */
  record Refusal(HashUpdate update, String rule, String reason) {}
}
