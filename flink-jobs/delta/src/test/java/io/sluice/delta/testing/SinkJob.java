package io.sluice.delta.testing;

import io.sluice.delta.commit.Fence;
import io.sluice.delta.sink.DeltaSink;
import io.sluice.delta.table.DeltaTables;
import io.sluice.delta.upsert.DeltaUpsert;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.api.common.state.CheckpointListener;
import org.apache.flink.api.connector.source.util.ratelimit.RateLimiterStrategy;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.connector.datagen.source.DataGeneratorSource;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.runtime.typeutils.InternalTypeInfo;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.IntType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.types.RowKind;

/**
 * A job that writes the numbers from 0 into a table: id, and bucket = id modulo a number. As an
 * upsert it keeps the last id of each bucket, and every seventh id deletes its bucket.
 */
public final class SinkJob {

  public static final RowType TYPE =
      RowType.of(
          new LogicalType[] {new BigIntType(), new IntType()}, new String[] {"id", "bucket"});

  /** What rows bring along from {@link #evolvesAt} on: twice the id. */
  static final RowType TWICE = TestingNewColumns.column("twice", new BigIntType());

  private static final RowType WIDER =
      RowType.of(
          new LogicalType[] {new BigIntType(), new IntType(), new BigIntType()},
          new String[] {"id", "bucket", "twice"});

  /**
   * Completed checkpoints after which the map fails once; static because Flink copies functions.
   */
  public static final AtomicInteger FAIL_AFTER = new AtomicInteger();

  private final Path directory;
  public final Path folder;
  public final String table;
  public int parallelism = 2;
  public int perCheckpoint = 2000;
  public long rows = 20_000;
  public String restoreFrom;
  public boolean fenced;
  public boolean upsert;
  public boolean rocksDb;
  public int buckets = 3;
  public long evolvesAt = Long.MAX_VALUE;

  /** Whether the sink itself has the new column, as after a change of the definition. */
  public boolean knowsTwice;

  public SinkJob(Path directory) {
    this.directory = directory;
    folder = directory.resolve("silver/numbers");
    table = TestingStorage.address(folder);
  }

  public StreamExecutionEnvironment graph() {
    StreamExecutionEnvironment environment =
        StreamExecutionEnvironment.getExecutionEnvironment(configuration());
    environment.enableCheckpointing(50);
    environment.setParallelism(parallelism);
    environment.setMaxParallelism(12);
    int modulus = buckets;
    boolean deletes = upsert;
    boolean known = knowsTwice;
    InternalTypeInfo<RowData> rowType = InternalTypeInfo.of(TestingNewColumns.with(type()));
    long evolves = evolvesAt;
    DataGeneratorSource<RowData> source =
        new DataGeneratorSource<>(
            id -> row(id, modulus, deletes, id >= evolves, known),
            rows,
            RateLimiterStrategy.perCheckpoint(perCheckpoint),
            rowType);
    // One source subtask: the rows of a bucket must keep their order, as the fence wants it.
    DataStream<RowData> numbers =
        environment
            .fromSource(source, WatermarkStrategy.noWatermarks(), "numbers")
            .uid("numbers")
            .setParallelism(1)
            .map(new FailOnce())
            .returns(rowType)
            .uid("fail-once")
            .setParallelism(1)
            .rebalance();
    if (upsert) {
      upsert(numbers);
    } else {
      append(numbers);
    }
    return environment;
  }

  private RowType type() {
    return knowsTwice ? WIDER : TYPE;
  }

  private static RowData row(
      long id, int buckets, boolean deletes, boolean evolved, boolean known) {
    int bucket = (int) (id % buckets);
    Long twice = evolved ? Long.valueOf(2 * id) : null;
    GenericRowData row =
        known
            ? GenericRowData.of(id, bucket, twice, null)
            : GenericRowData.of(id, bucket, evolved ? TestingNewColumns.field(TWICE, twice) : null);
    row.setRowKind(deletes && id % 7 == 0 ? RowKind.DELETE : RowKind.INSERT);
    return row;
  }

  private void append(DataStream<RowData> numbers) {
    DeltaSink.Builder sink =
        DeltaSink.append("numbers", table, type())
            .newColumns(TestingNewColumns.with(type()), TestingNewColumns.FIELD)
            .partitionBy(List.of("bucket"));
    if (fenced) {
      sink.fence(new Fence(List.of("bucket"), "id"));
    }
    numbers.sinkTo(sink.build()).name("delta").uid("delta");
  }

  private void upsert(DataStream<RowData> numbers) {
    DeltaUpsert.Builder sink =
        DeltaUpsert.into("newest", table, type())
            .newColumns(TestingNewColumns.with(type()), TestingNewColumns.FIELD)
            .key(List.of("bucket"))
            .orderBy("id");
    if (fenced) {
      sink.fence(new Fence(List.of("bucket"), "id"));
    }
    sink.build().apply(numbers, "newest");
  }

  /** What an upsert must leave, sorted. */
  public List<Long> newest() {
    return LongStream.range(rows - buckets, rows).filter(id -> id % 7 != 0).boxed().toList();
  }

  private Configuration configuration() {
    Configuration configuration = new Configuration();
    configuration.set(PipelineOptions.GENERIC_TYPES, false);
    configuration.set(PipelineOptions.OBJECT_REUSE, true);
    configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
    configuration.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 3);
    configuration.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ZERO);
    configuration.set(
        CheckpointingOptions.CHECKPOINTS_DIRECTORY,
        directory.resolve("checkpoints").toUri().toString());
    configuration.set(
        CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
        ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION);
    if (rocksDb) {
      configuration.set(StateBackendOptions.STATE_BACKEND, "rocksdb");
      configuration.set(CheckpointingOptions.INCREMENTAL_CHECKPOINTS, true);
      // State as small as this would be a part of the metadata, which shares nothing.
      configuration.set(CheckpointingOptions.FS_SMALL_FILE_THRESHOLD, MemorySize.ZERO);
    }
    if (restoreFrom != null) {
      configuration.set(StateRecoveryOptions.SAVEPOINT_PATH, restoreFrom);
    }
    return configuration;
  }

  /** The completed checkpoints that are still there, oldest first. */
  public List<Path> checkpoints() throws IOException {
    try (Stream<Path> files = Files.walk(directory.resolve("checkpoints"))) {
      return files
          .filter(file -> file.getFileName().toString().equals("_metadata"))
          .map(Path::getParent)
          .sorted(
              Comparator.comparingLong(
                  path -> Long.parseLong(path.getFileName().toString().substring("chk-".length()))))
          .toList();
    }
  }

  /** Files that incremental checkpoints share. */
  public long sharedStateFiles() throws IOException {
    try (Stream<Path> files = Files.walk(directory.resolve("checkpoints"))) {
      return files
          .filter(file -> file.getParent().getFileName().toString().equals("shared"))
          .count();
    }
  }

  /** The ids in the table, sorted. */
  public List<Long> ids() throws Exception {
    List<Long> ids = new ArrayList<>();
    DeltaTables.scan(table, OptionalLong.empty(), List.of("id"), row -> ids.add(row.getLong(0)));
    ids.sort(null);
    return ids;
  }

  /** Fails once, after some completed checkpoints. */
  private static final class FailOnce extends RichMapFunction<RowData, RowData>
      implements CheckpointListener {
    private static final long serialVersionUID = 1L;

    @Override
    public RowData map(RowData row) {
      return row;
    }

    @Override
    public void notifyCheckpointComplete(long checkpointId) {
      if (FAIL_AFTER.get() > 0 && FAIL_AFTER.decrementAndGet() == 0) {
        throw new IllegalStateException("failing on purpose at checkpoint " + checkpointId);
      }
    }
  }
}
