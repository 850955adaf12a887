package io.sluice.connectors.redis;

import io.lettuce.core.KeyScanCursor;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScanCursor;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

/** Reads what {@link RedisViewSink} wrote. Not safe for use by several threads. */
public final class RedisViews implements AutoCloseable {
  /** A key part that is null; no other gives it, since every '%' of a part is encoded. */
  static final String NULL = "%null";

  private static final int KEYS_PER_SCAN = 1_000;

  private final RedisConnection connection;
  private final RedisAsyncCommands<byte[], byte[]> commands;
  private final String keyPrefix;

  /**
   * Connects, trying for at most {@code timeout}, which also bounds every call.
   *
   * @throws IOException when Redis does not answer
   */
  public RedisViews(String uri, String keyPrefix, Duration timeout)
      throws IOException, InterruptedException {
    this.connection = RedisConnection.open(uri, timeout);
    this.commands = connection.commands();
    this.keyPrefix = keyPrefix;
  }

  /**
   * The Redis key of a view's row: {@code <prefix><view>:<part>:<part>}, with {@code %25} for
   * {@code %}, {@code %3A} for {@code :} and {@code %null} for null. So each key of a view has a
   * Redis key of its own, null and the empty text included.
   */
  public static String key(String keyPrefix, String view, Iterable<String> parts) {
    StringBuilder key = new StringBuilder(keyPrefix).append(view);
    parts.forEach(part -> key.append(':').append(part == null ? NULL : escape(part)));
    return key.toString();
  }

  /** Percent-encodes what separates key parts, so that different parts never give one key. */
  static String escape(String part) {
    if (part.indexOf(':') < 0 && part.indexOf('%') < 0) {
      return part;
    }
    return part.replace("%", "%25").replace(":", "%3A");
  }

  /** All Redis keys of a view, sorted. */
  public Set<String> keys(String view) throws IOException, InterruptedException {
    ScanArgs pattern =
        ScanArgs.Builder.limit(KEYS_PER_SCAN).match(globEscaped(keyPrefix + view) + ":*");
    Set<String> keys = new TreeSet<>();
    ScanCursor cursor = ScanCursor.INITIAL;
    do {
      KeyScanCursor<byte[]> page = get(commands.scan(cursor, pattern));
      page.getKeys().forEach(key -> keys.add(text(key)));
      cursor = page;
    } while (!cursor.isFinished());
    return keys;
  }

  /** The fields of one hash by name; empty when there is no such key. */
  public Map<String, String> hash(String key) throws IOException, InterruptedException {
    Map<String, String> fields = new TreeMap<>();
    get(commands.hgetall(key.getBytes(StandardCharsets.UTF_8)))
        .forEach((field, value) -> fields.put(text(field), text(value)));
    return fields;
  }

  /** The hashes of a view by Redis key. */
  public Map<String, Map<String, String>> hashes(String view)
      throws IOException, InterruptedException {
    Map<String, Map<String, String>> hashes = new TreeMap<>();
    for (String key : keys(view)) {
      hashes.put(key, hash(key));
    }
    return hashes;
  }

  private <T> T get(Future<T> answer) throws IOException, InterruptedException {
    try {
      return answer.get();
    } catch (ExecutionException e) {
      throw new IOException(connection.explain(e.getCause()).getMessage(), e);
    }
  }

  static String globEscaped(String text) {
    return text.replaceAll("([*?\\[\\]\\\\^])", "\\\\$1");
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    connection.close();
  }
}
