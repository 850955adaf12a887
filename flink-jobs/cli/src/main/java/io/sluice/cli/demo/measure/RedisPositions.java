package io.sluice.cli.demo.measure;

import io.sluice.cli.demo.trade.ExpectedResults.Position;
import io.sluice.cli.demo.trade.Market;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.params.ScanParams;
import redis.clients.jedis.resps.ScanResult;
import redis.clients.jedis.util.SafeEncoder;

/**
 * Reads the view {@code position_by_book} from Redis, with another client than the job writes it.
 * That client waits for answers in the calling thread: no other thread has to wake up before an
 * answer is seen.
 */
final class RedisPositions implements AutoCloseable, ServingProbe.Versions {
  private static final int SCAN_SIZE = 500;

  /**
   * One round trip and one command for all books: the probe must not slow down what it measures.
   */
  private static final String ALL_VERSIONS =
      "local r = {} for i, k in ipairs(KEYS) do r[i] = redis.call('HGET', k, '_version') or '0' end"
          + " return r";

  private static final byte[] SCRIPT = SafeEncoder.encode(ALL_VERSIONS);

  // Guarded by this: one connection takes one command at a time.
  private final Jedis redis;
  private final byte[][] keys;

  /**
   * Connects.
   *
   * @param uri such as {@code redis://127.0.0.1:6379}
   */
  RedisPositions(String uri) {
    redis = new Jedis(URI.create(uri));
    keys =
        Market.BOOKS.stream()
            .map(book -> SafeEncoder.encode(Names.REDIS_PREFIX + book))
            .toArray(byte[][]::new);
  }

  @Override
  public synchronized long[] read() {
    List<?> found = (List<?>) ask(() -> redis.eval(SCRIPT, keys.length, keys));
    return found.stream()
        .mapToLong(version -> Long.parseLong(SafeEncoder.encode((byte[]) version)))
        .toArray();
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
  synchronized SortedMap<String, Position> positions() {
    return ask(this::scan);
  }

  private SortedMap<String, Position> scan() {
    var positions = new TreeMap<String, Position>();
    ScanParams wanted = new ScanParams().count(SCAN_SIZE).match(Names.REDIS_PREFIX + "*");
    ScanResult<String> page;
    String cursor = ScanParams.SCAN_POINTER_START;
    do {
      page = redis.scan(cursor, wanted);
      cursor = page.getCursor();
      for (String key : page.getResult()) {
        positions.put(key.substring(Names.REDIS_PREFIX.length()), position(redis.hgetAll(key)));
      }
    } while (!page.isCompleteIteration());
    return positions;
  }

  private <T> T ask(Supplier<T> command) {
    return Patience.ask(
        "Redis",
        () -> {
          try {
            return command.get();
          } catch (JedisConnectionException e) {
            // A connection that has broken stays broken until it is told to connect again.
            redis.disconnect();
            throw new Patience.NotNow(e);
          } catch (JedisDataException e) {
            if (e.getMessage().startsWith("LOADING")) {
              throw new Patience.NotNow(e);
            }
            throw e;
          }
        });
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
  public synchronized void close() {
    redis.close();
  }
}
