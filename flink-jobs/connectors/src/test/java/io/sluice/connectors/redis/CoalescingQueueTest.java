package io.sluice.connectors.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sluice.connectors.redis.HashStore.Written;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class CoalescingQueueTest {
  private final TestingHashStore store = new TestingHashStore();
  private final List<Throwable> failures = new ArrayList<>();
  private final CoalescingQueue queue = new CoalescingQueue(store, 3, 2, 1, failures::add);

  @Test
  void foldsWhatWaits() throws Exception {
    queue.offer(update("a", 1));
    assertThat(store.batches).isEmpty();
    queue.flush();
    assertThat(store.batches).containsExactly(List.of("a1"));
    queue.offer(update("b", 1));
    queue.offer(update("a", 2));
    queue.offer(update("b", 2));
    queue.offer(update("c", 1));
    queue.flush();
    store.acknowledge(0);
    assertThat(store.batches).containsExactly(List.of("a1"), List.of("b2", "a2"));
    store.acknowledge(1);
    store.acknowledge(0);
    queue.drain();
    assertThat(store.batches.get(2)).containsExactly("c1");
    assertThat(queue.acknowledged()).isEqualTo(4);
    assertThat(queue.droppedAsOld()).isEqualTo(1);
  }

  @Test
  void someBatchesNeedNotWaitForEachOther() throws Exception {
    CoalescingQueue eager = new CoalescingQueue(store, 3, 2, 2, failures::add);
    for (int version = 1; version <= 4; version++) {
      eager.offer(update("a", version));
      eager.flush();
    }
    assertThat(store.batches).containsExactly(List.of("a1"), List.of("a2"));
    store.acknowledge(0);
    assertThat(store.batches.get(2)).containsExactly("a4");
  }

  @Test
  void anAnswerSendsOnlyWhatWasFlushed() throws Exception {
    queue.offer(update("a", 1));
    queue.flush();
    queue.offer(update("b", 1));
    store.acknowledge(0);
    assertThat(store.batches).containsExactly(List.of("a1"));
    queue.flush();
    assertThat(store.batches.get(1)).containsExactly("b1");
  }

  @Test
  void anAnswerMayComeAtOnce() throws Exception {
    var sent = new ArrayList<List<HashUpdate>>();
    HashStore immediate =
        new HashStore() {
          @Override
          public CompletionStage<Written> put(List<HashUpdate> updates) {
            sent.add(updates);
            return CompletableFuture.completedFuture(new Written(0, List.of()));
          }

          @Override
          public void removeUpTo(String keys, long version) {
            // No view begins here.
          }

          @Override
          public long maxBytes() {
            return Long.MAX_VALUE;
          }

          @Override
          public void close() {
            sent.clear();
          }
        };
    CoalescingQueue fast = new CoalescingQueue(immediate, 9, 2, 2, failures::add);
    for (String key : List.of("a", "b", "c")) {
      fast.offer(update(key, 1));
    }
    fast.drain();
    assertThat(sent).extracting(List::size).containsExactly(2, 1);
    assertThat(fast.acknowledged()).isEqualTo(3);
  }

  @Test
  void tellsOnceWhatIsRefused() throws Exception {
    queue.offer(update("a", 1));
    queue.offer(update("b", 1));
    queue.flush();
    store.refuse("b");
    queue.drain();
    assertThat(queue.takeRefused())
        .extracting(refusal -> refusal.update().key() + " " + refusal.rule())
        .containsExactly("b redis:WRONGTYPE");
    assertThat(queue.takeRefused()).isEmpty();
  }

  @Test
  void neverFoldsBackwards() throws Exception {
    queue.offer(update("b", 5));
    queue.offer(update("b", 4));
    queue.flush();
    assertThat(store.batches.get(0)).containsExactly("b5");
  }

  @Test
  void slowsTheTaskDownWhenTooManyKeysWait() throws Exception {
    for (String key : List.of("a", "b", "c", "d", "f")) {
      queue.offer(update(key, 1));
    }
    Thread task =
        new Thread(
            () -> {
              try {
                queue.offer(update("e", 1));
              } catch (IOException | InterruptedException e) {
                failures.add(e);
              }
            });
    task.start();
    await().until(() -> task.getState() == Thread.State.WAITING);
    // A key that waits already takes no room.
    queue.offer(update("d", 2));
    store.acknowledge(0);
    task.join(5_000);
    assertThat(task.isAlive()).isFalse();
    assertThat(queue.pendingKeys()).isEqualTo(2);
    assertThat(failures).isEmpty();
  }

  @Test
  void tellsAFailureOnceAndRefusesMore() throws Exception {
    queue.offer(update("a", 1));
    queue.flush();
    store.fail(new IllegalStateException("gone"));
    assertThat(failures).hasSize(1);
    assertThatThrownBy(queue::drain).isInstanceOf(IOException.class).hasMessageContaining("gone");
    assertThatThrownBy(() -> queue.offer(update("b", 1))).hasMessageContaining("gone");
  }

  private static HashUpdate update(String key, long version) {
    return new HashUpdate(null, key, version, List.of(), List.of(), HashUpdate.NO_ARRIVAL);
  }
}
