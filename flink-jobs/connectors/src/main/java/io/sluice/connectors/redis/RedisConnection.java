package io.sluice.connectors.redis;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCommandTimeoutException;
import io.lettuce.core.RedisConnectionException;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import io.lettuce.core.resource.Delay;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection with its own few threads, which {@link #close} ends. Errors never show a password.
 */
final class RedisConnection implements AutoCloseable {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final long CONNECT_PAUSE_MILLIS = 200;

  private static final Logger LOG = LoggerFactory.getLogger(RedisConnection.class);
  private static final String MAX_BULK = "proto-max-bulk-len";
  private static final String DEFAULT_MAX_BULK = "536870912";

  private final ClientResources resources;
  private final RedisClient client;
  private final Duration retryFor;
  private final String place;
  private StatefulRedisConnection<byte[], byte[]> connection;

  private RedisConnection(String uri, Duration retryFor) {
    RedisURI address = parse(uri);
    this.place = address.getHost() + ":" + address.getPort();
    this.retryFor = retryFor;
    this.resources =
        DefaultClientResources.builder()
            .ioThreadPoolSize(2)
            .computationThreadPoolSize(2)
            // Lettuce's default backs off to 30 s, far beyond a restart of Redis.
            .reconnectDelay(Delay.constant(Duration.ofMillis(CONNECT_PAUSE_MILLIS)))
            .build();
    this.client = RedisClient.create(resources, address);
    client.setOptions(
        ClientOptions.builder()
            .autoReconnect(true)
            .disconnectedBehavior(ClientOptions.DisconnectedBehavior.ACCEPT_COMMANDS)
            .timeoutOptions(TimeoutOptions.enabled(retryFor))
            .socketOptions(
                SocketOptions.builder()
                    .connectTimeout(CONNECT_TIMEOUT)
                    .keepAlive(true)
                    .tcpNoDelay(true)
                    .build())
            .build());
  }

  /**
   * Connects, trying again for at most {@code retryFor}; the same time bounds every command,
   * reconnecting included.
   */
  static RedisConnection open(String uri, Duration retryFor)
      throws IOException, InterruptedException {
    RedisConnection opened = new RedisConnection(uri, retryFor);
    try {
      opened.connect();
      return opened;
    } catch (IOException | InterruptedException | RuntimeException e) {
      opened.close();
      throw e;
    }
  }

  private static RedisURI parse(String uri) {
    try {
      return RedisURI.create(RedisAddress.require(uri));
    } catch (RuntimeException e) {
      // The cause would show the URI, which may hold a password.
      throw RedisAddress.refusal();
    }
  }

  private void connect() throws IOException, InterruptedException {
    long deadline = System.nanoTime() + retryFor.toNanos();
    CountDownLatch never = new CountDownLatch(1);
    while (true) {
      try {
        connection = client.connect(ByteArrayCodec.INSTANCE);
        return;
      } catch (RedisConnectionException e) {
        if (System.nanoTime() > deadline
            || never.await(CONNECT_PAUSE_MILLIS, TimeUnit.MILLISECONDS)) {
          throw new IOException(explain(e).getMessage(), e);
        }
      }
    }
  }

  RedisAsyncCommands<byte[], byte[]> commands() {
    return connection.async();
  }

  /**
   * The largest text that the server reads, in bytes; it closes the connection on larger ones. A
   * server that does not show its configuration has the default.
   */
  long maxBytes() throws InterruptedException {
    try {
      Map<String, String> found = commands().configGet(MAX_BULK).get();
      return Long.parseLong(found.getOrDefault(MAX_BULK, DEFAULT_MAX_BULK));
    } catch (ExecutionException e) {
      LOG.debug("Redis at {} does not show {}", place, MAX_BULK, e);
      return Long.parseLong(DEFAULT_MAX_BULK);
    }
  }

  void schedule(Runnable action, long delay, TimeUnit unit) {
    resources.eventExecutorGroup().schedule(action, delay, unit);
  }

  /** Adds to a problem the place where it happened, and what to do. */
  RedisException explain(Throwable problem) {
    if (problem instanceof RedisCommandTimeoutException) {
      return new RedisException(
          "Redis at "
              + place
              + " did not answer for "
              + retryFor.toSeconds()
              + " s, reconnecting included; check that it runs",
          problem);
    }
    return new RedisException("Redis at " + place + ": " + problem.getMessage(), problem);
  }

  /** Throws nothing: a connection that is broken is left. */
  @Override
  public void close() {
    try {
      client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
    } catch (RuntimeException e) {
      LOG.info("closing the connection to Redis at {}: {}", place, e.getMessage());
    }
    resources.shutdown(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
  }
}
