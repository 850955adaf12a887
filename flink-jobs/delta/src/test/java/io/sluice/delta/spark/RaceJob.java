package io.sluice.delta.spark;

import io.sluice.delta.testing.TestingStorage;
import io.sluice.delta.upsert.DeltaUpsert;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.connector.source.util.ratelimit.RateLimiterStrategy;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.connector.datagen.source.DataGeneratorSource;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.runtime.typeutils.InternalTypeInfo;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.IntType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.VarCharType;
import org.apache.flink.types.RowKind;

/**
 * A job without end that upserts at a steady rate, from one part of the table to the next, so that
 * others find parts at rest. It must not fail: it does not restart.
 */
final class RaceJob {

  static final RowType TYPE =
      RowType.of(
          new LogicalType[] {
            new BigIntType(), new IntType(), new BigIntType(), VarCharType.STRING_TYPE
          },
          new String[] {"key", "part", "version", "writer"});

  static final int PARTS = 8;

  private static final int KEYS = 20;
  private static final int PER_SECOND = 400;
  private static final int RUN = PER_SECOND;

  /** Events after which all keys have come. */
  static final long CYCLE = (long) PARTS * RUN;

  private static final StringData WRITER = StringData.fromString("job");

  /** How many events went into the upsert; static because Flink copies functions. */
  static final AtomicLong COUNT = new AtomicLong();

  private final Path directory;
  final String table;

  RaceJob(Path directory) {
    this.directory = directory;
    table = TestingStorage.address(folder());
    COUNT.set(0);
  }

  /** The table's folder. */
  Path folder() {
    return directory.resolve("t");
  }

  static long key(int part, int number) {
    return part * 100L + number;
  }

  static int part(long event) {
    return (int) (event / RUN % PARTS);
  }

  /** Rows come late by some. */
  private static long version(long event) {
    return event + event * 37 % 60;
  }

  private static RowData row(long event) {
    int part = part(event);
    GenericRowData row =
        GenericRowData.of(key(part, (int) (event % KEYS)), part, version(event), WRITER);
    row.setRowKind(event % 7 == 0 ? RowKind.DELETE : RowKind.INSERT);
    return row;
  }

  /** What the job alone leaves after so many events. */
  Map<Long, String> newest(long events) {
    Map<Long, Long> newest = new HashMap<>();
    for (long event = 0; event < events; event++) {
      newest.merge(
          key(part(event), (int) (event % KEYS)),
          event,
          (old, late) -> version(late) >= version(old) ? late : old);
    }
    Map<Long, String> rows = new TreeMap<>();
    newest.forEach(
        (key, event) -> {
          if (event % 7 != 0) {
            rows.put(key, version(event) + " job");
          }
        });
    return rows;
  }

  StreamExecutionEnvironment graph() {
    Configuration configuration = new Configuration();
    configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "none");
    configuration.set(
        CheckpointingOptions.CHECKPOINTS_DIRECTORY,
        directory.resolve("checkpoints").toUri().toString());
    StreamExecutionEnvironment environment =
        StreamExecutionEnvironment.getExecutionEnvironment(configuration);
    environment.enableCheckpointing(Duration.ofMillis(300).toMillis());
    environment.setParallelism(2);
    InternalTypeInfo<RowData> type = InternalTypeInfo.of(TYPE);
    DataGeneratorSource<RowData> source =
        new DataGeneratorSource<>(
            RaceJob::row, Long.MAX_VALUE, RateLimiterStrategy.perSecond(PER_SECOND), type);
    var events =
        environment
            .fromSource(source, WatermarkStrategy.noWatermarks(), "events")
            .uid("events")
            .setParallelism(1)
            .map(
                row -> {
                  COUNT.incrementAndGet();
                  return row;
                })
            .returns(type)
            .uid("count")
            .setParallelism(1);
    DeltaUpsert.into("race", table, TYPE)
        .key(List.of("key", "part"))
        .orderBy("version")
        .partitionBy(List.of("part"))
        .build()
        .apply(events, "race");
    return environment;
  }
}
