package io.sluice.cli.demo.measure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisConnectionException;

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
  private static final String SUBSCRIBE = "SUBSCRIBE __keyevent@0__:hset\r\n";

  private final URI address;
  private final byte[] ignored = new byte[1 << 16];
  private Socket socket;

  /**
   * Subscribes; the sandbox's Redis sends the notifications.
   *
   * @param uri such as {@code redis://user:password@127.0.0.1:6379}
   */
  RedisChanges(String uri) {
    address = URI.create(uri);
    socket = subscribe();
  }

  private Socket subscribe() {
    return Patience.ask(
        "Redis",
        () -> {
          // A Redis that is still loading subscribes nobody.
          try (Jedis redis = new Jedis(address)) {
            redis.ping();
            var connection = new Socket(address.getHost(), address.getPort());
            connection.setSoTimeout(MAX_WAIT_MILLIS);
            connection
                .getOutputStream()
                .write((login() + SUBSCRIBE).getBytes(StandardCharsets.US_ASCII));
            return connection;
          } catch (IOException | JedisConnectionException e) {
            throw new Patience.NotNow(e);
          }
        });
  }

  private String login() {
    String user = address.getUserInfo();
    return user == null ? "" : "AUTH " + user.replaceFirst(":", " ") + "\r\n";
  }

  /** Returns when something has changed, after {@value #MAX_WAIT_MILLIS} ms in any case. */
  void await() {
    try {
      if (socket.getInputStream().read(ignored) < 0) {
        throw new IOException("Redis has closed the connection");
      }
    } catch (SocketTimeoutException nothing) {
      // The caller decides whether to go on.
    } catch (IOException e) {
      close();
      socket = subscribe();
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
