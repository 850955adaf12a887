package io.sluice.benchmark.gap;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisPubSub;

/** Notes when a hash in Redis changes, by its notifications. */
final class LiveView implements AutoCloseable {
  private static final long IN_FLIGHT = 500;
  private static final String CHANGES = "__keyevent@0__:hset";

  private final Jedis redis;
  private final List<Long> times = new ArrayList<>();
  private final CountDownLatch subscribed = new CountDownLatch(1);
  private final Thread listener;
  private final JedisPubSub noting =
      new JedisPubSub() {
        @Override
        public void onSubscribe(String channel, int channels) {
          subscribed.countDown();
        }

        @Override
        public void onMessage(String channel, String key) {
          note(System.currentTimeMillis());
        }
      };

  private LiveView(String uri) {
    redis = new Jedis(URI.create(uri));
    listener = new Thread(() -> redis.subscribe(noting, CHANGES), "live view");
  }

  /** Listens until it is closed. */
  static LiveView listen(String uri) throws InterruptedException {
    LiveView view = new LiveView(uri);
    view.listener.start();
    view.subscribed.await();
    return view;
  }

  /** Hundreds of changes come within a second; one for each millisecond is enough. */
  private synchronized void note(long now) {
    if (times.isEmpty() || times.get(times.size() - 1) < now) {
      times.add(now);
    }
  }

  /** Whether something came out that a process killed at that time can no longer have sent. */
  synchronized boolean isBackAfter(long millis) {
    return !times.isEmpty() && times.get(times.size() - 1) > millis + IN_FLIGHT;
  }

  /** What has come out so far. */
  synchronized Outputs outputs() {
    return new Outputs(times);
  }

  @Override
  public void close() throws InterruptedException {
    noting.unsubscribe();
    listener.join();
    redis.close();
  }
}
