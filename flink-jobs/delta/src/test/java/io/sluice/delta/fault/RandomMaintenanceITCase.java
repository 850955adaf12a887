package io.sluice.delta.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.delta.maintain.Compaction;
import io.sluice.delta.maintain.DeltaMaintenance;
import io.sluice.delta.maintain.Vacuum;
import io.sluice.delta.maintain.ZOrdering;
import io.sluice.delta.testing.TestingStorage;
import io.sluice.delta.testing.TestingTable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.VarCharType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is done in whatever order, the table holds the rows that were appended. */
@Tag("storage")
class RandomMaintenanceITCase {

  private static final RowType TYPE =
      RowType.of(
          new LogicalType[] {new BigIntType(), VarCharType.STRING_TYPE, VarCharType.STRING_TYPE},
          new String[] {"id", "text", "part"});
  private static final int STEPS = 30;

  @TempDir Path directory;

  private final Map<List<Object>, Long> expected = new HashMap<>();
  private TestingTable table;
  private Random random;
  private Duration later = Duration.ZERO;

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void nothingIsLostOrDoubled(long seed) throws Exception {
    random = new Random(seed);
    table = new TestingTable(directory.resolve("t"), TYPE, "part");
    table.open();
    for (int i = 0; i < STEPS; i++) {
      String step = step();
      assertThat(counted(table.rows()))
          .as("seed %s, step %s, %s", seed, i, step)
          .isEqualTo(expected);
    }
  }

  private String step() throws Exception {
    switch (random.nextInt(8)) {
      case 0, 1, 2 -> {
        append();
        return "append";
      }
      case 3 -> {
        DeltaMaintenance.optimize(TestingStorage.address(table.path), size(), false);
        return "optimize";
      }
      case 4 -> {
        new Compaction(TestingStorage.of(table.path), size(), this::appendUnchecked).run(false);
        return "optimize with a concurrent append";
      }
      case 5 -> {
        new ZOrdering(
                TestingStorage.of(table.path),
                List.of("id", "text"),
                size(),
                5_000,
                this::optimizeUnchecked)
            .run(false);
        return "z-order with a concurrent optimize";
      }
      case 6 -> {
        DeltaMaintenance.checkpoint(TestingStorage.address(table.path), false);
        return "checkpoint";
      }
      default -> {
        vacuum();
        return "vacuum";
      }
    }
  }

  private long size() {
    return 1_000L + random.nextInt(30_000);
  }

  private void vacuum() throws IOException {
    later = later.plus(Duration.ofDays(random.nextInt(10)));
    Clock clock = Clock.fixed(Instant.now().plus(later), ZoneOffset.UTC);
    new Vacuum(TestingStorage.of(table.path), DeltaMaintenance.DEFAULT_RETENTION, clock)
        .run(true, false);
  }

  private void append() throws Exception {
    RowData[] rows = new RowData[1 + random.nextInt(150)];
    for (int i = 0; i < rows.length; i++) {
      long id = random.nextInt(50);
      String text = random.nextInt(9) == 0 ? null : "text " + random.nextInt(1_000);
      String part = random.nextInt(5) == 0 ? null : "p" + random.nextInt(2);
      rows[i] = GenericRowData.of(id, string(text), string(part));
      List<Object> row = new ArrayList<>();
      row.add(id);
      row.add(text);
      row.add(part);
      expected.merge(row, 1L, Long::sum);
    }
    table.append(rows);
  }

  private static StringData string(String text) {
    return text == null ? null : StringData.fromString(text);
  }

  private void appendUnchecked() {
    try {
      append();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private void optimizeUnchecked() {
    try {
      DeltaMaintenance.optimize(TestingStorage.address(table.path), size(), false);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Map<List<Object>, Long> counted(List<Map<String, Object>> rows) {
    Map<List<Object>, Long> counted = new HashMap<>();
    rows.forEach(row -> counted.merge(new ArrayList<>(row.values()), 1L, Long::sum));
    return counted;
  }
}
