package io.sluice.runtime.stage;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.definition.model.Expectation;
import io.sluice.definition.model.Expectation.Action;
import io.sluice.definition.model.Expectation.Check;
import io.sluice.runtime.TestingHarness;
import io.sluice.runtime.TestingOrders;
import io.sluice.runtime.ledger.AccountedOffsets;
import io.sluice.runtime.ledger.StageCounts;
import io.sluice.runtime.row.RowKeySelector;
import io.sluice.runtime.silver.SilverLayout;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.state.rocksdb.RocksDBKeyedStateBackend;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.MapData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.runtime.typeutils.InternalTypeInfo;
import org.junit.jupiter.api.Test;
import org.rocksdb.RocksDBException;

class DeduplicateOperatorTest {
  private final SilverLayout layout = TestingOrders.layout();

  private KeyedOneInputStreamOperatorTestHarness<RowData, RowData, RowData> harness(
      AccountedOffsets accounted) throws Exception {
    return TestingHarness.keyed(
        new DeduplicateOperator(layout, Duration.ofHours(1), accounted),
        layout.streamType(),
        List.of("id"),
        layout.streamType());
  }

  private RowData row(long offset, String id, long arrival) {
    return TestingOrders.stream(layout, offset, id, arrival, "1.00", Long.MIN_VALUE);
  }

  @Test
  void dropsASecondRecordOfTheKey() throws Exception {
    try (var harness = harness(AccountedOffsets.none(TestingOrders.TOPIC))) {
      harness.open();
      harness.processElement(row(0, "a", 1_000), 0);
      harness.processElement(row(1, "a", 2_000), 0);
      harness.processElement(row(2, "b", 3_000), 0);
      assertThat(TestingHarness.rows(harness)).hasSize(2);
      StageCounts counts = TestingHarness.counts(harness, 1);
      assertThat(counts.silverCount()).isEqualTo(2);
      assertThat(counts.duplicateCount()).isEqualTo(1);
    }
  }

  @Test
  void countsAsKeptOnlyWhatGoesIntoSilver() throws Exception {
    SilverLayout warned =
        TestingOrders.layout(
            new Expectation("a", "id", new Check.Required(), Action.WARN),
            new Expectation("b", "shop", new Check.Required(), Action.COUNT));
    try (var harness =
        TestingHarness.keyed(
            new DeduplicateOperator(
                warned, Duration.ofHours(1), AccountedOffsets.none(TestingOrders.TOPIC)),
            warned.streamType(),
            List.of("id"),
            warned.streamType())) {
      harness.open();
      String[] broken = {"0,1", "0,1", "1", null};
      for (int i = 0; i < broken.length; i++) {
        String id = i < 2 ? "twice" : "id-" + i;
        GenericRowData row = TestingOrders.stream(warned, i, id, 1_000, "1.00", Long.MIN_VALUE);
        row.setField(warned.kept(), StringData.fromString(broken[i]));
        harness.processElement(row, 0);
      }
      MapData kept = TestingHarness.counts(harness, 1).keptByRule();
      Map<String, Long> byRule = new TreeMap<>();
      for (int i = 0; i < kept.size(); i++) {
        byRule.put(kept.keyArray().getString(i).toString(), kept.valueArray().getLong(i));
      }
      assertThat(byRule).containsExactly(Map.entry("a", 1L), Map.entry("b", 2L));
    }
  }

  @Test
  void forgetsByTimeOfArrivalAndNotByClock() throws Exception {
    try (var harness = harness(AccountedOffsets.none(TestingOrders.TOPIC))) {
      harness.open();
      long hour = Duration.ofHours(1).toMillis();
      harness.processElement(row(0, "a", 0), 0);
      harness.processElement(row(1, "a", hour), 0);
      harness.processElement(row(2, "a", hour + 1), 0);
      assertThat(TestingHarness.rows(harness)).hasSize(2);
    }
  }

  /** RocksDB drops what has expired when it compacts. */
  @Test
  void stateIsCleanedByArrivalAndNotByClock() throws Exception {
    long hour = Duration.ofHours(1).toMillis();
    RowKeySelector key = new RowKeySelector(layout.streamType(), List.of("id"));
    try (var harness =
        new KeyedOneInputStreamOperatorTestHarness<RowData, RowData, RowData>(
            new DeduplicateOperator(
                layout, Duration.ofHours(1), AccountedOffsets.none(TestingOrders.TOPIC)),
            key,
            key.getProducedType())) {
      harness.setStateBackend(new ArrivalTimeBackend());
      harness.setup(InternalTypeInfo.of(layout.streamType()).toRowSerializer());
      harness.open();
      harness.processElement(row(0, "a", hour), 0);
      // An outage of a hundred hours; what arrived half an hour after the last record waited.
      harness.setStateTtlProcessingTime(harness.getProcessingTime() + 100 * hour);
      compact(harness);
      harness.processElement(row(1, "b", hour + hour / 2), 0);
      harness.processElement(row(2, "a", hour + hour / 2), 0);
      assertThat(TestingHarness.rows(harness)).hasSize(2);
      assertThat(keys(harness)).isEqualTo(2);
      harness.processElement(row(3, "c", 4 * hour), 0);
      compact(harness);
      assertThat(keys(harness)).isEqualTo(1);
    }
  }

  private static void compact(
      KeyedOneInputStreamOperatorTestHarness<RowData, RowData, RowData> harness)
      throws RocksDBException {
    AbstractStreamOperator<RowData> operator =
        (AbstractStreamOperator<RowData>) harness.getOperator();
    ((RocksDBKeyedStateBackend<?>) operator.<RowData>getKeyedStateBackend())
        .compactState(new ValueStateDescriptor<>("first-arrival", Types.LONG));
  }

  private static long keys(
      KeyedOneInputStreamOperatorTestHarness<RowData, RowData, RowData> harness) {
    try (Stream<RowData> keys =
        ((AbstractStreamOperator<RowData>) harness.getOperator())
            .<RowData>getKeyedStateBackend()
            .getKeys("first-arrival", VoidNamespace.INSTANCE)) {
      return keys.count();
    }
  }

  @Test
  void remembersAcrossRestore() throws Exception {
    OperatorSubtaskState state;
    try (var harness = harness(AccountedOffsets.none(TestingOrders.TOPIC))) {
      harness.open();
      harness.processElement(row(0, "a", 1_000), 0);
      state = harness.snapshot(1, 1);
    }
    try (var harness = harness(AccountedOffsets.none(TestingOrders.TOPIC))) {
      harness.initializeState(state);
      harness.open();
      harness.processElement(row(1, "a", 2_000), 0);
      assertThat(TestingHarness.rows(harness)).isEmpty();
    }
  }

  @Test
  void remembersEveryKeyAcrossRestoreWhileItReadsThem() throws Exception {
    int keys = 1_000;
    OperatorSubtaskState state;
    try (var harness = harness(AccountedOffsets.none(TestingOrders.TOPIC))) {
      harness.open();
      for (int i = 0; i < keys; i++) {
        harness.processElement(row(i, "key-" + i, 1_000), 0);
      }
      state = harness.snapshot(1, 1);
    }
    try (var harness = harness(AccountedOffsets.none(TestingOrders.TOPIC))) {
      harness.initializeState(state);
      harness.open();
      for (int i = 0; i < keys; i++) {
        harness.processElement(row(keys + 2 * i, "new-" + i, 2_000), 0);
        harness.processElement(row(keys + 2 * i + 1, "key-" + i, 2_000), 0);
      }
      assertThat(TestingHarness.rows(harness))
          .hasSize(keys)
          .allMatch(row -> row.getString(0).toString().startsWith("new-"));
    }
  }

  @Test
  void doesNotCountWhatTheLedgerAccountsFor() throws Exception {
    Map<String, Long> accounted = Map.of(TestingOrders.TOPIC + "/0", 2L);
    try (var harness = harness(new AccountedOffsets(TestingOrders.TOPIC, accounted))) {
      harness.open();
      harness.processElement(row(0, "a", 1_000), 0);
      harness.processElement(row(1, "a", 1_000), 0);
      harness.processElement(row(2, "a", 1_000), 0);
      harness.processElement(row(3, "b", 1_000), 0);
      StageCounts counts = TestingHarness.counts(harness, 1);
      assertThat(counts.silverCount()).isEqualTo(1);
      assertThat(counts.duplicateCount()).isEqualTo(1);
    }
  }
}
