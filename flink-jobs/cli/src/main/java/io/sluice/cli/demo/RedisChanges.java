package io.sluice.cli.demo;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import redis.clients.jedis.Jedis;

/**
 * Tells when a hash in Redis has changed, by <a
 * href="https://redis.io/docs/latest/develop/use/keyspace-notifications/">keyspace
 * notifications</a>: who waits for them reads at once and only then, where polling would read late
 * or take the processor from what is measured.
 *
 * <p>Notifications say too little to be worth parsing. What has arrived is thrown away, and the
 * caller looks at the values: a change before that is seen, and one after it is another
 * notification.
 */
final class RedisChanges implements AutoCloseable {
  private static final int MAX_WAIT_MILLIS = 100;
  private static final byte[] SUBSCRIBE =
      "SUBSCRIBE __keyevent@0__:hset\r\n".getBytes(StandardCharsets.US_ASCII);

  private final Socket socket;
  private final InputStream notifications;
  private final byte[] ignored = new byte[1 << 16];

  /**
   * Switches the notifications on and subscribes.
   *
   * @param uri such as {@code redis://127.0.0.1:6379}
   */
  RedisChanges(String uri) {
    URI address = URI.create(uri);
    try (Jedis redis = new Jedis(address)) {
      redis.configSet("notify-keyspace-events", "Eh");
    }
    try {
      socket = new Socket(address.getHost(), address.getPort());
      socket.setSoTimeout(MAX_WAIT_MILLIS);
      socket.getOutputStream().write(SUBSCRIBE);
      notifications = socket.getInputStream();
    } catch (IOException e) {
      throw new UncheckedIOException("Redis at " + address.getHost() + " cannot be watched", e);
    }
  }

  /** Returns when something has changed, after {@value #MAX_WAIT_MILLIS} ms in any case. */
  void await() {
    try {
      if (notifications.read(ignored) < 0) {
        throw new IOException("Redis has closed the connection");
      }
    } catch (SocketTimeoutException nothing) {
      // The caller decides whether to go on.
    } catch (IOException e) {
      throw new UncheckedIOException("waiting for changes in Redis failed", e);
    }
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException("closing the connection to Redis failed", e);
    }
  }
}
