package io.sluice.connectors.redis;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Acknowledges when told to. */
final class TestingHashStore implements HashStore {
  final List<List<String>> batches = new ArrayList<>();
  private List<HashUpdate> sent;
  private CompletableFuture<Written> last;

  @Override
  public CompletionStage<Written> put(List<HashUpdate> updates) {
    batches.add(updates.stream().map(update -> update.key() + update.version()).toList());
    sent = updates;
    last = new CompletableFuture<>();
    return last;
  }

  void acknowledge(long dropped) {
    last.complete(new Written(dropped, List.of()));
  }

  /** Acknowledges all but one key. */
  void refuse(String key) {
    HashUpdate update = sent.stream().filter(u -> u.key().equals(key)).findFirst().orElseThrow();
    last.complete(new Written(0, List.of(new Refusal(update, "redis:WRONGTYPE", "no hash"))));
  }

  void fail(Throwable problem) {
    last.completeExceptionally(problem);
  }

  @Override
  public void removeUpTo(String keys, long version) {
    batches.add(List.of("remove " + keys + " " + version));
  }

  @Override
  public long maxBytes() {
    return Long.MAX_VALUE;
  }

  @Override
  public void close() {
    last = null;
  }
}
