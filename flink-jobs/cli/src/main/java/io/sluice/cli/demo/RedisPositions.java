package io.sluice.cli.demo;

import io.lettuce.core.KeyScanCursor;
import io.lettuce.core.RedisClient;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScanCursor;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.sluice.cli.demo.ExpectedResults.Position;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Reads the view {@code position_by_book} from Redis. */
final class RedisPositions implements AutoCloseable, ServingProbe.Versions {
  private static final int SCAN_SIZE = 500;

  /**
   * One round trip and one command for all books: the probe must not slow down what it measures.
   */
  private static final String ALL_VERSIONS =
      "local r = {} for i, k in ipairs(KEYS) do r[i] = redis.call('HGET', k, '_version') or '0' end"
          + " return r";

  private final RedisClient client;
  private final StatefulRedisConnection<String, String> connection;
  private final RedisCommands<String, String> redis;
  private final String script;
  private final String[] keys;

  /**
   * Connects.
   *
   * @param uri such as {@code redis://127.0.0.1:6379}
   */
  RedisPositions(String uri) {
    client = RedisClient.create(uri);
    connection = client.connect();
    redis = connection.sync();
    script = redis.scriptLoad(ALL_VERSIONS);
    keys = Market.BOOKS.stream().map(book -> Names.REDIS_PREFIX + book).toArray(String[]::new);
  }

  @Override
  public long[] read() {
    List<Object> found = redis.evalsha(script, ScriptOutputType.MULTI, keys);
    return found.stream().mapToLong(version -> Long.parseLong(version.toString())).toArray();
  }

  /** The events folded into all books together. */
  long events() {
    long sum = 0;
    for (long version : read()) {
      sum += version;
    }
    return sum;
  }

  /** Every key of the view, with its book and its values. */
  SortedMap<String, Position> positions() {
    var positions = new TreeMap<String, Position>();
    ScanArgs wanted = ScanArgs.Builder.limit(SCAN_SIZE).match(Names.REDIS_PREFIX + "*");
    KeyScanCursor<String> page = redis.scan(wanted);
    collect(page, positions);
    while (!page.isFinished()) {
      page = redis.scan(ScanCursor.of(page.getCursor()), wanted);
      collect(page, positions);
    }
    return positions;
  }

  private void collect(KeyScanCursor<String> page, Map<String, Position> positions) {
    for (String key : page.getKeys()) {
      positions.put(key.substring(Names.REDIS_PREFIX.length()), position(redis.hgetall(key)));
    }
  }

  private static Position position(Map<String, String> fields) {
    return new Position(
        new BigDecimal(fields.getOrDefault("position", "0")),
        micros(fields.getOrDefault("last_event", "1970-01-01T00:00:00Z")),
        Long.parseLong(fields.getOrDefault("_version", "0")));
  }

  private static long micros(String instant) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.parse(instant));
  }

  @Override
  public void close() {
    connection.close();
    client.shutdown();
  }
}
