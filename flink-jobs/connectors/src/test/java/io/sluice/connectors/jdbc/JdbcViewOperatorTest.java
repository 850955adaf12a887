package io.sluice.connectors.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.TimeType;
import org.apache.flink.table.types.logical.TimestampType;
import org.apache.flink.table.types.logical.VarCharType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class JdbcViewOperatorTest {
  private static final RowType ROWS =
      RowType.of(
          new LogicalType[] {
            new VarCharType(VarCharType.MAX_LENGTH), new TimestampType(3), new BigIntType(false)
          },
          new String[] {"k", "at", "_version"});

  private TestingRowStore store;
  private OneInputStreamOperatorTestHarness<RowData, RowData> harness;

  @BeforeEach
  void open() throws Exception {
    TestingRowStore opened = new TestingRowStore();
    store = opened;
    harness =
        new OneInputStreamOperatorTestHarness<>(
            new JdbcViewOperator(
                new ViewTable("v", ROWS, List.of("k")),
                refused -> new BatchWriter(opened, Duration.ZERO, refused),
                (row, rule, reason) ->
                    GenericRowData.of(
                        row.getString(0) + " " + rule + " " + reason, row.getLong(2))));
    harness.open();
  }

  @AfterEach
  void close() throws Exception {
    harness.close();
  }

  @Test
  void writesAfterAShortTimeBeforeTheBarrierAndAtTheEnd() throws Exception {
    send("a", 0);
    harness.setProcessingTime(JdbcViewOperator.FLUSH_MILLIS - 1);
    assertThat(store.written).isEmpty();
    harness.setProcessingTime(JdbcViewOperator.FLUSH_MILLIS);
    assertThat(store.written).containsExactly("a");
    send("b", 0);
    harness.prepareSnapshotPreBarrier(1);
    assertThat(store.written).containsExactly("a", "b");
    send("c", 0);
    harness.getOneInputOperator().finish();
    assertThat(store.written).containsExactly("a", "b", "c");
  }

  @Test
  void aFullBatchDoesNotWait() throws Exception {
    for (int i = 0; i < JdbcViewOperator.FLUSH_ROWS; i++) {
      send("k" + i, 0);
    }
    assertThat(store.written).hasSize(JdbcViewOperator.FLUSH_ROWS);
  }

  @Test
  void whatIsRefusedGoesOutBeforeTheBarrierThatFollows() throws Exception {
    store.refuse("bad", "22021");
    send("good", 0);
    send("bad", 0);
    send("before all calendars", -400_000_000_000_000L);
    harness.prepareSnapshotPreBarrier(1);
    assertThat(store.written).containsExactly("good");
    assertThat(harness.extractOutputValues())
        .extracting(row -> ((GenericRowData) row).getField(0))
        .containsExactly(
            "before all calendars postgres:value column at: -10706-07-03T08:53:20 is before"
                + " PostgreSQL's calendar, which begins in 4713 BC",
            "bad postgres:22021 refused");
  }

  @Test
  void closingABrokenStoreThrowsNothingAndTheFirstFailureIsKept() throws Exception {
    store.failNext(new SQLException("first", "08006"));
    send("a", 0);
    assertThatThrownBy(() -> harness.prepareSnapshotPreBarrier(1)).hasMessage("first");
    assertThatCode(harness.getOneInputOperator()::close).doesNotThrowAnyException();
    assertThat(store.closed).isTrue();
    assertThat(store.written).isEmpty();
  }

  @Test
  void copiesTimesOfDayOfBothUnitsWhenRowsAreUsedAgain() throws Exception {
    TestingRowStore opened = new TestingRowStore();
    RowType rows =
        RowType.of(
            new LogicalType[] {
              new VarCharType(VarCharType.MAX_LENGTH),
              new TimeType(6),
              new TimeType(3),
              new BigIntType(false)
            },
            new String[] {"k", "micros", "millis", "_version"});
    try (var reusing =
        new OneInputStreamOperatorTestHarness<RowData, RowData>(
            new JdbcViewOperator(
                new ViewTable("v", rows, List.of("micros")),
                refused -> new BatchWriter(opened, Duration.ZERO, refused),
                (row, rule, reason) -> row))) {
      reusing.getExecutionConfig().enableObjectReuse();
      reusing.open();
      GenericRowData row = GenericRowData.of(null, 86_399_999_999L, 86_399_999, 1L);
      for (String key : List.of("a", "b")) {
        row.setField(0, StringData.fromString(key));
        reusing.processElement(row, 0);
      }
      reusing.processElement(GenericRowData.of(StringData.fromString("c"), null, null, 1L), 0);
      reusing.prepareSnapshotPreBarrier(1);
    }
    assertThat(opened.written).containsExactly("a", "b", "c");
  }

  private void send(String key, long atMillis) throws Exception {
    harness.processElement(
        GenericRowData.of(StringData.fromString(key), TimestampData.fromEpochMillis(atMillis), 1L),
        0);
  }
}
