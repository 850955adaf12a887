package io.sluice.delta.upsert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.delta.kernel.types.IntegerType;
import io.delta.kernel.types.StructField;
import io.sluice.delta.commit.Metering;
import io.sluice.delta.schema.TableLayout;
import io.sluice.delta.schema.UpsertKey;
import io.sluice.delta.sink.PartitionedFiles;
import io.sluice.delta.table.DeltaTables;
import io.sluice.delta.testing.TestingKeyedUpsert;
import io.sluice.delta.testing.TestingLayout;
import io.sluice.delta.testing.TestingStorage;
import io.sluice.delta.testing.TestingUpsert;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TimeZone;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.DateType;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.table.types.logical.LocalZonedTimestampType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.SmallIntType;
import org.apache.flink.table.types.logical.TimestampType;
import org.apache.flink.table.types.logical.TinyIntType;
import org.apache.flink.table.types.logical.VarCharType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys and partitions of every kind. */
class UpsertKeysTest {

  @TempDir Path directory;

  private Path path() {
    return directory.resolve("t");
  }

  static StringData s(String t) {
    return StringData.fromString(t);
  }

  private static final RowType TS =
      RowType.of(
          new LogicalType[] {new TimestampType(9), new BigIntType(), new BigIntType()},
          new String[] {"at", "version", "amount"});

  @Test
  void aKeyFinerThanTheTableIsRefused() {
    assertThatThrownBy(() -> new UpsertKey(List.of("at"), "version").check(TS))
        .hasMessageContainingAll("at", "TIMESTAMP(9)", "precision 6");
  }

  @Test
  void emptyPartitionTextIsNull() {
    StructField column = new StructField("p", IntegerType.INTEGER, true);
    assertThat(PlainKeys.ofPartition(column, Map.of("p", ""))).isNull();
  }

  @Test
  void keyAndOrderAllPartitions() throws Exception {
    RowType type =
        RowType.of(
            new LogicalType[] {VarCharType.STRING_TYPE, new DateType(), new BigIntType()},
            new String[] {"id", "day", "amount"});
    UpsertKey key = new UpsertKey(List.of("id"), "day");
    try (TestingKeyedUpsert up = new TestingKeyedUpsert(path(), type, List.of("id", "day"), key)) {
      up.put(s(""), 1, 10L);
      up.put(s("a b/%20:é="), 1, 11L);
      up.checkpoint();
      up.table.append(GenericRowData.of(s("x"), 1, 12L), GenericRowData.of(s("x%"), -300000, 13L));
      up.put(s("x"), 2, 22L);
      up.put(s("x%"), -300001, 23L);
      up.put(s(""), 2, 20L);
      up.put(s("a b/%20:é="), 2, 21L);
      up.checkpoint();
      assertThat(up.table.values("amount")).containsExactlyInAnyOrder(20L, 21L, 22L, 13L);
    }
    try (TestingKeyedUpsert up = new TestingKeyedUpsert(path(), type, List.of("id", "day"), key)) {
      up.put(s("x"), 3, 32L);
      up.put(s("x%"), -299999, 33L);
      up.put(s(""), 3, 30L);
      up.put(s("a b/%20:é="), 3, 31L);
      up.checkpoint();
      assertThat(up.table.values("amount")).containsExactlyInAnyOrder(30L, 31L, 32L, 33L);
    }
  }

  @Test
  void everyPartitionTypeAsKey() throws Exception {
    RowType type =
        RowType.of(
            new LogicalType[] {
              new TinyIntType(),
              new SmallIntType(),
              new BigIntType(),
              new DecimalType(38, 4),
              new TimestampType(6),
              new LocalZonedTimestampType(6),
              new DateType(),
              new BigIntType(),
              new BigIntType()
            },
            new String[] {
              "tiny", "small", "big", "wide", "local", "at", "day", "version", "amount"
            });
    List<String> parts = type.getFieldNames().subList(0, 7);
    UpsertKey key = new UpsertKey(parts, "version");
    Object[][] keys = {
      {
        (byte) -1,
        (short) -2,
        -4L,
        DecimalData.fromBigDecimal(new BigDecimal("-12345678901234567890.1000"), 38, 4),
        TimestampData.fromEpochMillis(-7, 123000),
        TimestampData.fromEpochMillis(-8, 9000),
        -300000
      },
      {
        (byte) 1,
        (short) 2,
        4L,
        DecimalData.fromBigDecimal(new BigDecimal("0"), 38, 4),
        TimestampData.fromEpochMillis(0),
        TimestampData.fromEpochMillis(1711846800000L),
        0
      }
    };
    try (TestingKeyedUpsert up = new TestingKeyedUpsert(path(), type, parts, key)) {
      for (Object[] k : keys) {
        up.table.append(row(k, 1L, 1L));
      }
      for (Object[] k : keys) {
        up.operator.processElement(row(k, 2L, 2L), 0);
      }
      up.checkpoint();
      assertThat(up.table.values("amount")).containsExactly(2L, 2L);
    }
    try (TestingKeyedUpsert up = new TestingKeyedUpsert(path(), type, parts, key)) {
      for (Object[] k : keys) {
        up.operator.processElement(row(k, 3L, 3L), 0);
      }
      up.checkpoint();
      assertThat(up.table.values("amount")).containsExactly(3L, 3L);
    }
  }

  private static GenericRowData row(Object[] key, Object... more) {
    GenericRowData row = new GenericRowData(key.length + more.length);
    for (int i = 0; i < key.length; i++) row.setField(i, key[i]);
    for (int i = 0; i < more.length; i++) row.setField(key.length + i, more[i]);
    return row;
  }

  @Test
  void aTableInAFolderWithOddSigns() throws Exception {
    Path odd = directory.resolve("a b%20é+#");
    try (TestingUpsert upsert = TestingUpsert.start(odd, "day")) {
      upsert.put("a", "x y%", 1, 10);
      upsert.put("b", "x y%", 1, 10);
      upsert.checkpoint();
      upsert.table.append(
          TestingUpsert.row("c", "x y%", 1, 10), TestingUpsert.row("e", "x y%", 1, 10));
      upsert.put("a", "x y%", 2, 11);
      upsert.put("c", "x y%", 2, 11);
      upsert.checkpoint();
    }
    try (TestingUpsert upsert = TestingUpsert.start(odd, "day")) {
      upsert.put("a", "x y%", 3, 12);
      upsert.put("c", "x y%", 3, 12);
      upsert.checkpoint();
      assertThat(upsert.content())
          .isEqualTo(Map.of("a/x y%", 12L, "b/x y%", 10L, "c/x y%", 12L, "e/x y%", 10L));
    }
  }

  /** Rows that are held in memory have a place in their file, where newer ones mark them. */
  @Test
  void manyPartitionsInTurnMakeOneFileEachAndKeepTheNewestRows() throws Exception {
    int days = 3 * PartitionedFiles.MAX_OPEN;
    Map<String, Long> expected = new HashMap<>();
    try (TestingUpsert upsert = TestingUpsert.start(path(), "day")) {
      for (int checkpoint = 0; checkpoint < 2; checkpoint++) {
        for (int round = 0; round < 4; round++) {
          for (int day = 0; day < days; day++) {
            int version = 10 * checkpoint + (round == 3 ? 1 : round + 2);
            upsert.put("k" + day, "d" + day, version, 100L * version + day);
            upsert.put("once" + checkpoint + round + "-" + day, "d" + day, 1, day);
            expected.put("once" + checkpoint + round + "-" + day + "/d" + day, (long) day);
            expected.put("k" + day + "/d" + day, 100L * (10 * checkpoint + 4) + day);
          }
        }
        upsert.checkpoint();
        assertThat(upsert.content()).isEqualTo(expected);
        assertThat(DeltaTables.detail(TestingStorage.address(path())).files())
            .isEqualTo((checkpoint + 1L) * days);
      }
    }
  }

  /** A time of day that the clocks of the machine's zone skip. */
  @Test
  void localTimestampsInPartitionsDoNotDependOnTheZoneOfTheMachine() throws Exception {
    TimeZone before = TimeZone.getDefault();
    TimeZone.setDefault(TimeZone.getTimeZone("Europe/Berlin"));
    try {
      RowType type =
          RowType.of(
              new LogicalType[] {new TimestampType(6), new BigIntType(), new BigIntType()},
              new String[] {"at", "version", "amount"});
      UpsertKey key = new UpsertKey(List.of("at"), "version");
      TimestampData skipped =
          TimestampData.fromLocalDateTime(LocalDateTime.parse("2024-03-31T02:30:00"));
      try (TestingKeyedUpsert up = new TestingKeyedUpsert(path(), type, List.of("at"), key)) {
        up.put(skipped, 1L, 10L);
        up.checkpoint();
      }
      try (TestingKeyedUpsert up = new TestingKeyedUpsert(path(), type, List.of("at"), key)) {
        up.put(skipped, 2L, 20L);
        up.checkpoint();
        assertThat(up.table.values("amount")).containsExactly(20L);
      }
    } finally {
      TimeZone.setDefault(before);
    }
  }

  /** A savepoint of an upsert with another key or order of the same types. */
  @Test
  void stateOfAnotherKeyIsRefused() throws Exception {
    OperatorSubtaskState state;
    TableLayout byId =
        TestingLayout.upsert(
            TestingUpsert.TYPE, List.of(), 1 << 20, new UpsertKey(List.of("id"), "version"));
    TableLayout byDay =
        TestingLayout.upsert(
            TestingUpsert.TYPE, List.of(), 1 << 20, new UpsertKey(List.of("day"), "amount"));
    KeyColumns k1 = new KeyColumns(TestingUpsert.TYPE, List.of("id"));
    KeyColumns k2 = new KeyColumns(TestingUpsert.TYPE, List.of("day"));
    try (var h =
        new KeyedOneInputStreamOperatorTestHarness<RowData, RowData, byte[]>(
            new UpsertOperator(
                TestingStorage.address(path()),
                byId,
                null,
                Metering.of("t"),
                IndexRetention.FOREVER),
            k1,
            k1.getProducedType())) {
      h.open();
      h.processElement(TestingUpsert.row("a", "b", 1, 1), 0);
      h.prepareSnapshotPreBarrier(1);
      state = h.snapshot(1, 0);
    }
    try (var h =
        new KeyedOneInputStreamOperatorTestHarness<RowData, RowData, byte[]>(
            new UpsertOperator(
                TestingStorage.address(path()),
                byDay,
                null,
                Metering.of("t"),
                IndexRetention.FOREVER),
            k2,
            k2.getProducedType())) {
      assertThatThrownBy(() -> h.initializeState(state))
          .hasMessageContainingAll("columns=[id]", "columns=[day]");
    }
  }
}
