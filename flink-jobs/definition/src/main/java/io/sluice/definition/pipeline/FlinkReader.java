package io.sluice.definition.pipeline;

import io.sluice.definition.yaml.Fields;
import io.sluice.definition.yaml.Value;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the settings of Flink that a pipeline may say: those that are a job's own, make it faster
 * or slower, and cannot make it lose or repeat anything, nor state unreadable, as another style of
 * compaction may. A test of the job holds them against Flink's options.
 */
final class FlinkReader {
  static final String BUFFER_TIMEOUT = "execution.buffer-timeout.interval";
  static final String WATERMARK_INTERVAL = "pipeline.auto-watermark-interval";
  static final String LATENCY_INTERVAL = "metrics.latency.interval";
  static final String BLOOM_FILTER = "state.backend.rocksdb.use-bloom-filter";
  static final String COMPRESSION = "state.backend.rocksdb.compression.per.level";
  static final String THREADS = "state.backend.rocksdb.thread.num";
  static final String WRITE_BUFFERS = "state.backend.rocksdb.writebuffer.count";
  static final String WRITE_BUFFER_SIZE = "state.backend.rocksdb.writebuffer.size";

  static final Duration LONGEST_BUFFER_TIMEOUT = Duration.ofSeconds(1);
  static final Duration LEAST_WATERMARK_INTERVAL = Duration.ofMillis(10);
  static final Duration LONGEST_WATERMARK_INTERVAL = Duration.ofSeconds(10);
  static final Duration LONGEST_LATENCY_INTERVAL = Duration.ofHours(1);
  static final int MOST_THREADS = 64;
  static final int MOST_WRITE_BUFFERS = 16;
  static final int LEAST_MEGABYTES = 1;
  static final int MOST_MEGABYTES = 512;

  static final Map<String, String> COMPRESSIONS =
      Map.of(
          "NO_COMPRESSION", "NO_COMPRESSION",
          "LZ4_COMPRESSION", "LZ4_COMPRESSION",
          "ZSTD_COMPRESSION", "ZSTD_COMPRESSION");

  private static final Pattern MEGABYTES = Pattern.compile("([0-9]{1,4})mb");

  private FlinkReader() {}

  /** Values by key, as Flink writes them. What is wrong is a problem and left out. */
  static Map<String, String> read(Value value) {
    Map<String, String> settings = new LinkedHashMap<>();
    value.fields(PipelinePart.FLINK.names()).ifPresent(fields -> read(fields, settings));
    return settings;
  }

  private static void read(Fields fields, Map<String, String> settings) {
    time(fields, BUFFER_TIMEOUT, Duration.ZERO, LONGEST_BUFFER_TIMEOUT, settings);
    time(
        fields, WATERMARK_INTERVAL, LEAST_WATERMARK_INTERVAL, LONGEST_WATERMARK_INTERVAL, settings);
    time(fields, LATENCY_INTERVAL, Duration.ZERO, LONGEST_LATENCY_INTERVAL, settings);
    number(fields, THREADS, MOST_THREADS, settings);
    number(fields, WRITE_BUFFERS, MOST_WRITE_BUFFERS, settings);
    text(fields, BLOOM_FILTER, settings, given -> given.bool().map(String::valueOf));
    text(fields, COMPRESSION, settings, given -> given.choice(COMPRESSIONS));
    text(fields, WRITE_BUFFER_SIZE, settings, FlinkReader::megabytes);
  }

  private static void time(
      Fields fields, String key, Duration least, Duration most, Map<String, String> settings) {
    RunReader.duration(fields, key, least, most)
        .ifPresent(duration -> settings.put(key, duration.toMillis() + " ms"));
  }

  private static void number(Fields fields, String key, int most, Map<String, String> settings) {
    OptionalInt number = RunReader.number(fields, key, most, "");
    if (number.isPresent()) {
      settings.put(key, Integer.toString(number.getAsInt()));
    }
  }

  private static void text(
      Fields fields,
      String key,
      Map<String, String> settings,
      Function<Value, Optional<String>> reader) {
    fields.optional(key).flatMap(reader).ifPresent(text -> settings.put(key, text));
  }

  private static Optional<String> megabytes(Value value) {
    Optional<String> text = value.text();
    if (text.isEmpty()) {
      return text;
    }
    Matcher matcher = MEGABYTES.matcher(text.get());
    int size = matcher.matches() ? Integer.parseInt(matcher.group(1)) : 0;
    if (size < LEAST_MEGABYTES || size > MOST_MEGABYTES) {
      value.problem(
          "must be from %dmb to %dmb, but is %s"
              .formatted(LEAST_MEGABYTES, MOST_MEGABYTES, value.describe()));
      return Optional.empty();
    }
    return text;
  }
}
