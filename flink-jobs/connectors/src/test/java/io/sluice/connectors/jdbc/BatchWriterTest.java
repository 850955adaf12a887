package io.sluice.connectors.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.flink.table.data.GenericRowData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BatchWriterTest {
  private final TestingRowStore store = new TestingRowStore();
  private final List<Object> refused = new ArrayList<>();
  private final BatchWriter writer =
      new BatchWriter(
          store, Duration.ofSeconds(20), (row, problem) -> refused.add(row.values()[0]));

  @Test
  void aBatchIsHalvedUntilTheRefusedRowsAreFound() throws Exception {
    store.refuse(3, "22021");
    store.refuse(4, "54000");
    store.refuse(99, "23502");
    writer.write(rows(0, 100));
    assertThat(refused).containsExactly(3, 4, 99);
    assertThat(store.written)
        .containsExactlyElementsOf(
            IntStream.range(0, 99).filter(i -> i != 3 && i != 4).boxed().toList());
  }

  @Test
  void aBatchOfRefusedRowsOnlyWritesNothing() throws Exception {
    IntStream.range(0, 7).forEach(i -> store.refuse(i, "22008"));
    writer.write(rows(0, 7));
    assertThat(refused).containsExactly(0, 1, 2, 3, 4, 5, 6);
    assertThat(store.written).isEmpty();
  }

  @Test
  void anOutageIsWaitedFor() throws Exception {
    store.failNext(new SQLException("away", "08006"), new SQLException("starting", "57P03"));
    writer.write(rows(0, 2));
    assertThat(store.written).containsExactly(0, 1);
    assertThat(refused).isEmpty();
  }

  @Test
  void anOutageThatLastsFailsTheJob() {
    BatchWriter hasty =
        new BatchWriter(store, Duration.ZERO, (row, problem) -> refused.add(row.values()[0]));
    store.failNext(new SQLException("away", "08006"));
    assertThatThrownBy(() -> hasty.write(rows(0, 2))).hasMessage("away");
    assertThat(refused).isEmpty();
  }

  @Test
  void aTableThatDoesNotFitFailsTheJobAtOnce() {
    store.failNext(new SQLException("no such table", "42P01"));
    assertThatThrownBy(() -> writer.write(rows(0, 2))).hasMessage("no such table");
    assertThat(refused).isEmpty();
  }

  @Test
  void aCancelledTaskDoesNotWait() {
    store.failNext(new SQLException("away", "08006"));
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> writer.write(rows(0, 1))).hasMessageContaining("interrupted");
    assertThat(Thread.interrupted()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "08001, OUTAGE",
    "08006, OUTAGE",
    "40P01, OUTAGE",
    "53300, OUTAGE",
    "57P01, OUTAGE",
    "25006, OUTAGE",
    "22021, CONTENT",
    "22003, CONTENT",
    "22008, CONTENT",
    "23502, CONTENT",
    "23514, CONTENT",
    "54000, CONTENT",
    "P0001, CONTENT",
    "44000, CONTENT",
    "42P01, DEFINITION",
    "42804, DEFINITION",
    "42501, DEFINITION",
    "28P01, DEFINITION",
    "3D000, DEFINITION",
    "XX000, DEFINITION",
    ", DEFINITION"
  })
  void theStateTellsWhatAnErrorIsAbout(String state, Problem problem) {
    assertThat(Problem.of(new SQLException("x", state))).isEqualTo(problem);
  }

  private static List<BoundRow> rows(int from, int to) {
    return IntStream.range(from, to)
        .mapToObj(i -> new BoundRow(GenericRowData.of(i), new Object[] {i}))
        .toList();
  }
}
