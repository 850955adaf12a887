package io.sluice.connectors.redis;

import io.sluice.connectors.redis.HashStore.Refusal;
import io.sluice.connectors.redis.HashStore.Written;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * The latest update of each key until it is flushed, and a few batches in flight. When too many
 * are, a flush waits and its batch goes on growing. Batches may overtake each other: the store
 * keeps the higher version.
 *
 * <p>Called by the task thread and by the store's threads.
 */
final class CoalescingQueue {
  private final HashStore store;
  private final int maxPending;
  private final int maxBatch;
  private final int maxInFlight;
  private final Consumer<Throwable> onFailure;

  // All guarded by this.
  private final Map<String, HashUpdate> pending = new LinkedHashMap<>();
  private boolean flushing;
  private int inFlight;
  private Throwable failure;
  private long acknowledged;
  private long dropped;
  private List<Refusal> refused = new ArrayList<>();

  /**
   * @param maxPending how many keys may wait before {@link #offer} blocks
   * @param maxInFlight batches that are sent before the first of them is answered
   * @param onFailure told once, on any thread, when the store gives up
   */
  CoalescingQueue(
      HashStore store,
      int maxPending,
      int maxBatch,
      int maxInFlight,
      Consumer<Throwable> onFailure) {
    this.store = store;
    this.maxPending = maxPending;
    this.maxBatch = maxBatch;
    this.maxInFlight = maxInFlight;
    this.onFailure = onFailure;
  }

  /** Takes an update; flushes and blocks while too many keys wait. */
  synchronized void offer(HashUpdate update) throws IOException, InterruptedException {
    while (failure == null && pending.size() >= maxPending && !pending.containsKey(update.key())) {
      flush();
      if (pending.size() >= maxPending) {
        wait();
      }
    }
    throwFailure();
    pending.merge(
        update.key(), update, (old, next) -> next.version() >= old.version() ? next : old);
  }

  /** Sends what waits, as soon as few enough batches are in flight. */
  synchronized void flush() {
    flushing = !pending.isEmpty();
    sendWhilePossible();
  }

  /** Returns when all that was offered is acknowledged. */
  synchronized void drain() throws IOException, InterruptedException {
    flush();
    while (failure == null && (inFlight > 0 || !pending.isEmpty())) {
      wait();
    }
    throwFailure();
  }

  /** What the store has refused since the last call. */
  synchronized List<Refusal> takeRefused() {
    if (refused.isEmpty()) {
      return List.of();
    }
    List<Refusal> taken = refused;
    refused = new ArrayList<>();
    return taken;
  }

  synchronized int pendingKeys() {
    return pending.size();
  }

  synchronized long acknowledged() {
    return acknowledged;
  }

  synchronized long droppedAsOld() {
    return dropped;
  }

  private void sendWhilePossible() {
    while (failure == null && flushing && inFlight < maxInFlight) {
      send();
    }
  }

  private void send() {
    List<HashUpdate> batch = new ArrayList<>(Math.min(maxBatch, pending.size()));
    Iterator<HashUpdate> next = pending.values().iterator();
    while (next.hasNext() && batch.size() < maxBatch) {
      batch.add(next.next());
      next.remove();
    }
    // Before the store is called: its answer can come at once, and looks whether more is to be
    // sent.
    flushing = !pending.isEmpty();
    inFlight++;
    CompletionStage<Written> sent;
    try {
      sent = store.put(batch);
    } catch (RuntimeException e) {
      finished(batch.size(), null, e);
      return;
    }
    sent.whenComplete((written, problem) -> finished(batch.size(), written, problem));
  }

  private void finished(int count, Written written, Throwable problem) {
    boolean tell = false;
    synchronized (this) {
      inFlight--;
      if (problem == null) {
        acknowledged += count;
        dropped += written.dropped();
        refused.addAll(written.refused());
        sendWhilePossible();
      } else if (failure == null) {
        failure = problem;
        tell = true;
      }
      notifyAll();
    }
    if (tell) {
      onFailure.accept(problem);
    }
  }

  private void throwFailure() throws IOException {
    if (failure != null) {
      throw new IOException("writing to Redis failed: " + failure.getMessage(), failure);
    }
  }
}
