package io.sluice.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.delta.commit.Metering;
import io.sluice.delta.schema.SchemaChanges;
import io.sluice.delta.schema.SchemaPolicy;
import io.sluice.delta.schema.TableLayout;
import io.sluice.delta.schema.UpsertKey;
import io.sluice.delta.upsert.IndexRetention;
import io.sluice.delta.upsert.KeyColumns;
import io.sluice.delta.upsert.UpsertOperator;
import io.sluice.runtime.stage.ArrivalTimeBackend;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.state.rocksdb.RocksDBKeyedStateBackend;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.LocalZonedTimestampType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.VarCharType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The index of silver in a pipeline's state backend. */
class ArrivalIndexClockTest {

  private static final RowType TYPE =
      RowType.of(
          new LogicalType[] {
            VarCharType.STRING_TYPE, new BigIntType(), new LocalZonedTimestampType(false, 3)
          },
          new String[] {"id", "version", "_ingestion_time"});

  private static final String INDEX = "delta-index";
  private static final Duration HOUR = Duration.ofHours(1);

  @TempDir Path directory;

  private KeyedOneInputStreamOperatorTestHarness<RowData, RowData, byte[]> index(Duration retain)
      throws Exception {
    TableLayout layout =
        new TableLayout(
            TYPE,
            List.of(),
            1 << 20,
            new UpsertKey(List.of("id"), "version"),
            false,
            SchemaChanges.of(SchemaPolicy.EVOLVE),
            Map.of());
    KeyColumns key = new KeyColumns(TYPE, List.of("id"));
    var harness =
        new KeyedOneInputStreamOperatorTestHarness<RowData, RowData, byte[]>(
            new UpsertOperator(
                directory.resolve("t").toString(),
                layout,
                null,
                Metering.of("t"),
                new IndexRetention(retain, ArrivalIndexClock::ofOperator, "_ingestion_time")),
            key,
            key.getProducedType());
    harness.setStateBackend(new ArrivalTimeBackend());
    return harness;
  }

  private static RowData row(String id, long arrival) {
    return GenericRowData.of(StringData.fromString(id), 1L, TimestampData.fromEpochMillis(arrival));
  }

  private static List<String> keys(
      KeyedOneInputStreamOperatorTestHarness<RowData, RowData, byte[]> harness) throws Exception {
    RocksDBKeyedStateBackend<RowData> backend =
        (RocksDBKeyedStateBackend<RowData>)
            ((UpsertOperator) harness.getOperator()).<RowData>getKeyedStateBackend();
    backend.compactState(new ValueStateDescriptor<>(INDEX, Types.LONG));
    try (Stream<RowData> keys = backend.getKeys(INDEX, VoidNamespace.INSTANCE)) {
      return keys.map(key -> key.getString(0).toString()).sorted().toList();
    }
  }

  @Test
  void forgetsByArrivalAndNotByClock() throws Exception {
    long hour = HOUR.toMillis();
    try (var harness = index(HOUR)) {
      harness.open();
      harness.processElement(row("a", hour), 0);
      // An outage of a hundred hours.
      harness.setStateTtlProcessingTime(harness.getProcessingTime() + 100 * hour);
      harness.processElement(row("b", hour + hour / 2), 0);
      assertThat(keys(harness)).containsExactly("a", "b");
      harness.processElement(row("c", 2 * hour), 0);
      assertThat(keys(harness)).containsExactly("b", "c");
    }
  }

  /** What no retention was set for has no time: it gets that of the start. */
  @Test
  void entriesFromBeforeTheOptionBeginToAgeWithIt() throws Exception {
    long now = System.currentTimeMillis();
    OperatorSubtaskState saved;
    try (var harness = index(null)) {
      harness.open();
      harness.processElement(row("a", now - HOUR.toMillis() * 50), 0);
      saved = harness.snapshot(1, 1);
    }
    try (var harness = index(HOUR)) {
      harness.initializeState(saved);
      harness.open();
      harness.processElement(row("b", now - HOUR.toMillis() * 30), 0);
      harness.processElement(row("c", now), 0);
      assertThat(keys(harness)).containsExactly("a", "b", "c");
      saved = harness.snapshot(2, 2);
    }
    try (var harness = index(HOUR)) {
      harness.initializeState(saved);
      harness.open();
      harness.processElement(row("e", 1), 0);
      assertThat(keys(harness)).as("the clock goes on").containsExactly("a", "b", "c", "e");
    }
  }
}
