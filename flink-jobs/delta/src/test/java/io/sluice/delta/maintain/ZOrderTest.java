package io.sluice.delta.maintain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.delta.rewrite.RewriteResult;
import io.sluice.delta.table.DeltaTables;
import io.sluice.delta.testing.AllTypes;
import io.sluice.delta.testing.TestingLog;
import io.sluice.delta.testing.TestingStorage;
import io.sluice.delta.testing.TestingTable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.types.logical.IntType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.VarCharType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("storage")
class ZOrderTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final RowType TYPE =
      RowType.of(
          new LogicalType[] {new IntType(), new IntType(), VarCharType.STRING_TYPE},
          new String[] {"x", "y", "text"});
  private static final int SIDE = 64;
  private static final long FILE_SIZE = 4_000;

  @TempDir Path directory;

  /** A table with every pair of two numbers, in any order, in several files. */
  private TestingTable grid(String... partitionColumns) throws Exception {
    TestingTable table = new TestingTable(directory.resolve("grid"), TYPE, partitionColumns);
    List<RowData> rows = new ArrayList<>();
    for (int i = 0; i < SIDE * SIDE; i++) {
      rows.add(
          GenericRowData.of(i / SIDE, i % SIDE, StringData.fromString(i % 2 == 0 ? "a" : "b")));
    }
    Collections.shuffle(rows, new Random(7));
    for (int part = 0; part < 4; part++) {
      int rest = part;
      table.append(
          IntStream.range(0, rows.size())
              .filter(i -> i % 4 == rest)
              .mapToObj(rows::get)
              .toArray(RowData[]::new));
    }
    return table;
  }

  /** Files that may hold a value, as their statistics say. */
  private static long mayHold(TestingTable table, String column, int value) throws Exception {
    long files = 0;
    for (JsonNode add : new TestingLog(table.path).live().values()) {
      JsonNode stats = JSON.readTree(add.get("stats").asText());
      int low = stats.get("minValues").get(column).asInt();
      int high = stats.get("maxValues").get(column).asInt();
      files += low <= value && value <= high ? 1 : 0;
    }
    return files;
  }

  @Test
  void filesAreNarrowInEveryColumn() throws Exception {
    TestingTable table = grid();
    List<Map<String, Object>> before = table.rows();

    RewriteResult result =
        DeltaMaintenance.zorder(
            TestingStorage.address(table.path), List.of("x", "y"), FILE_SIZE, false);

    assertThat(result.filesRemoved()).isEqualTo(4);
    assertThat(result.filesAdded()).isGreaterThan(7);
    assertThat(result.rows()).isEqualTo(SIDE * SIDE);
    assertThat(table.rows()).containsExactlyInAnyOrderElementsOf(before);
    for (String column : List.of("x", "y")) {
      for (int value = 0; value < SIDE; value += 9) {
        assertThat(mayHold(table, column, value))
            .as("files for %s = %s", column, value)
            .isLessThanOrEqualTo(result.filesAdded() / 2);
      }
    }
    assertThat(DeltaTables.history(TestingStorage.address(table.path), 1).get(0).parameters())
        .containsEntry("zOrderBy", "[\"x\",\"y\"]");
  }

  @Test
  void partitionsStayApart() throws Exception {
    TestingTable table = grid("text");
    List<Map<String, Object>> before = table.rows();

    RewriteResult result =
        DeltaMaintenance.zorder(
            TestingStorage.address(table.path), List.of("y", "x"), FILE_SIZE, false);

    assertThat(result.filesRemoved()).isEqualTo(8);
    assertThat(table.rows()).containsExactlyInAnyOrderElementsOf(before);
    assertThat(mayHold(table, "y", 5)).isLessThan(result.filesAdded());
  }

  @Test
  void aPartitionLargerThanTheMemoryIsSortedInFiles() throws Exception {
    TestingTable table = grid();
    List<Map<String, Object>> before = table.rows();

    RewriteResult result =
        new ZOrdering(TestingStorage.of(table.path), List.of("x", "y"), FILE_SIZE, 20_000, () -> {})
            .run(false);

    assertThat(table.rows()).containsExactlyInAnyOrderElementsOf(before);
    assertThat(mayHold(table, "x", 20)).isLessThanOrEqualTo(result.filesAdded() / 2);
  }

  @Test
  void spillingSortsLikeMemoryAndRemovesItsFiles() throws Exception {
    long temporary = temporaryDirectories();
    Random random = new Random(3);
    List<Integer> expected = new ArrayList<>();
    List<Object> sorted = new ArrayList<>();
    try (SpillingSort sort = new SpillingSort(TYPE, 10_000)) {
      for (int i = 0; i < 5_000; i++) {
        int key = random.nextInt(1_000);
        expected.add(key);
        sort.add(key, GenericRowData.of(key, i, null));
      }
      assertThat(sort.runs()).isGreaterThan(10);
      long[] last = {-1, -1};
      sort.drain(
          row -> {
            if (row.getInt(0) == last[0]) {
              assertThat((long) row.getInt(1)).as("order of equal keys").isGreaterThan(last[1]);
            }
            last[0] = row.getInt(0);
            last[1] = row.getInt(1);
            sorted.add(row.getInt(0));
          });
    }
    Collections.sort(expected);
    assertThat(sorted).isEqualTo(expected);
    assertThat(temporaryDirectories()).isEqualTo(temporary);
  }

  @Test
  void moreFilesThanMayBeOpenAreSortedInPasses() throws Exception {
    long temporary = temporaryDirectories();
    Random random = new Random(4);
    List<Long> keys = new ArrayList<>();
    List<Long> sorted = new ArrayList<>();
    try (SpillingSort sort = new SpillingSort(TYPE, 1)) {
      for (int i = 0; i < 700; i++) {
        keys.add((long) random.nextInt(50));
        sort.add(keys.get(i), GenericRowData.of(keys.get(i).intValue(), i, null));
      }
      assertThat(sort.runs()).isEqualTo(700);
      sort.drain(
          row -> {
            assertThat(sort.runs()).as("open at a time").isLessThanOrEqualTo(256);
            sorted.add(row.getInt(0) * 1_000L + row.getInt(1));
          });
    }
    assertThat(sorted).as("by key, equal keys in their order").hasSize(700).isSorted();
    assertThat(temporaryDirectories()).isEqualTo(temporary);
  }

  private static long temporaryDirectories() throws Exception {
    try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return files
          .filter(file -> file.getFileName().toString().startsWith("sluice-zorder"))
          .count();
    }
  }

  @Test
  void everyTypeWithBoundsMayBeOrderedByAndIsCarriedOver() throws Exception {
    TestingTable table = new TestingTable(directory.resolve("all"), AllTypes.TYPE);
    for (RowData row : AllTypes.rows()) {
      table.append(row);
    }
    List<Map<String, Object>> before = table.rows();
    before.forEach(row -> row.remove("bytes"));

    RewriteResult result =
        DeltaMaintenance.zorder(
            TestingStorage.address(table.path),
            List.of("id", "tiny", "big", "single", "number", "money", "huge", "text", "day"),
            FILE_SIZE,
            false);

    assertThat(result.rows()).isEqualTo(3);
    List<Map<String, Object>> after = table.rows();
    after.forEach(row -> row.remove("bytes"));
    assertThat(after).containsExactlyInAnyOrderElementsOf(before);
  }

  @Test
  void rangesHoldAboutAsManyValuesEachWhateverTheSkew() {
    List<Object> sample = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      sample.add(i < 900 ? (Integer) 5 : (Integer) (i * i));
    }
    sample.add(null);

    ValueRanges ranges = ValueRanges.of(sample, 64);

    assertThat(ranges.find(null)).isZero();
    assertThat(ranges.find(4)).isZero();
    assertThat(ranges.find(5)).isEqualTo(1);
    assertThat(ranges.find(Integer.MAX_VALUE)).isEqualTo(ranges.count() - 1);
    assertThat(ranges.count()).isBetween(6, 64);
    assertThat(ranges.find(950 * 950)).isLessThan(ranges.find(999 * 999));
    assertThat(ValueRanges.of(Arrays.asList(null, null), 8).find(3)).isZero();
  }

  @Test
  void aColumnOfFewValuesWeighsAsMuchAsOneOfMany() {
    ValueRanges many = ValueRanges.of(List.copyOf(IntStream.range(0, 4096).boxed().toList()), 4096);
    ValueRanges few = ValueRanges.of(List.of(0, 1), 4096);
    ZOrderCurve curve =
        new ZOrderCurve(
            List.of(
                new ZOrderCurve.Dimension(RowData.createFieldGetter(new IntType(), 0), many),
                new ZOrderCurve.Dimension(RowData.createFieldGetter(new IntType(), 1), few)));

    assertThat(curve.place(GenericRowData.of(0, 1, null)))
        .isGreaterThan(curve.place(GenericRowData.of(1_000, 0, null)))
        .isLessThan(curve.place(GenericRowData.of(4_000, 0, null)));
  }

  @Test
  void columnsThatCannotServeAreRefused() throws Exception {
    TestingTable table = new TestingTable(directory.resolve("all"), AllTypes.TYPE, "day");
    table.open();
    String path = TestingStorage.address(table.path);
    Map<String, String> reasons =
        Map.of(
            "nope", "not a column",
            "day", "partitioned by it",
            "longs", "no bounds of its type",
            "flag", "no bounds of its type");
    reasons.forEach(
        (column, reason) ->
            assertThatThrownBy(
                    () -> DeltaMaintenance.zorder(path, List.of(column), FILE_SIZE, false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll(path, column, reason));
    assertThatThrownBy(() -> DeltaMaintenance.zorder(path, List.of(), FILE_SIZE, false))
        .hasMessageContaining("one or more");
    assertThatThrownBy(() -> DeltaMaintenance.zorder(path, List.of("id", "id"), FILE_SIZE, false))
        .hasMessageContaining("different columns");
  }

  @Test
  void aDryRunAndATableInOneFileChangeNothing() throws Exception {
    TestingTable table = grid();
    String path = TestingStorage.address(table.path);
    RewriteResult plan = DeltaMaintenance.zorder(path, List.of("x"), FILE_SIZE, true);
    assertThat(plan.filesRemoved()).isEqualTo(4);
    assertThat(plan.filesAdded()).isPositive();
    assertThat(DeltaTables.latestVersion(path)).isEqualTo(4);

    DeltaMaintenance.zorder(path, List.of("x"), 1 << 20, false);
    assertThat(DeltaMaintenance.zorder(path, List.of("x"), 1 << 20, false).version()).isEmpty();
  }

  @Test
  void rowsAppendedMeanwhileStay() throws Exception {
    TestingTable table = grid();
    RewriteResult result =
        new ZOrdering(
                TestingStorage.of(table.path),
                List.of("x"),
                FILE_SIZE,
                1 << 20,
                () -> {
                  try {
                    table.append(GenericRowData.of(-1, -1, null));
                  } catch (Exception e) {
                    throw new IllegalStateException(e);
                  }
                })
            .run(false);

    assertThat(result.version()).hasValue(6);
    assertThat(table.rows()).hasSize(SIDE * SIDE + 1);
  }
}
