package io.sluice.delta.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.delta.schema.BoundariesTest;
import io.sluice.delta.testing.AllTypes;
import io.sluice.delta.testing.Boundaries;
import io.sluice.delta.testing.TestingTable;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import org.apache.flink.table.data.RowData;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Spark, which shares no code with the sink, sees what was written. */
class SparkReadsITCase extends AsksSpark {

  /** Columns of types whose bounds in the log tell a value from all others. */
  private static final List<String> EXACTLY_BOUNDED = List.of("tiny", "big", "price", "huge");

  @TempDir Path directory;

  @Test
  void everyType() throws Exception {
    TestingTable table = new TestingTable(directory.resolve("all"), AllTypes.TYPE);
    table.append(AllTypes.rows().toArray(RowData[]::new));

    List<Map<String, Object>> rows =
        spark.query(table.path.toString(), "select * from t order by id");

    assertThat(rows).hasSize(3);
    for (int i = 0; i < rows.size(); i++) {
      Map<String, Object> expected = AllTypes.expected().get(i);
      Map<String, Object> found = rows.get(i);
      assertThat(found).containsOnlyKeys(expected.keySet());
      expected.forEach(
          (column, value) ->
              assertThat(comparable(found.get(column)))
                  .as("row %s, column %s", expected.get("id"), column)
                  .isEqualTo(comparable(value)));
    }
  }

  @Test
  void boundariesOfEveryType() throws Exception {
    TestingTable table = new TestingTable(directory.resolve("plain"), Boundaries.type());
    BoundariesTest.write(table);
    filterByTheCalendarOfTheTable();

    assertThat(texts(table)).isEqualTo(expected(Boundaries::value));
    assertThat(found(table, Boundaries.columns(), Boundaries::value))
        .as("rows found by the bounds of all columns")
        .isEqualTo(IntStream.range(0, Boundaries.count()).boxed().toList());
    String ofOthers =
        SparkTexts.idsByValue(
            EXACTLY_BOUNDED, "or", (column, id) -> Boundaries.value(column, id + 1));
    assertThat(spark.filesRead(table.path.toString(), ofOthers))
        .as("files that may hold a value of the next one")
        .isZero();
  }

  @Test
  void boundariesOfEveryTypeInPartitions() throws Exception {
    TestingTable table = BoundariesTest.partitioned(directory.resolve("partitioned"));
    BoundariesTest.write(table);

    assertThat(texts(table)).isEqualTo(expected(Boundaries::valueOfPartition));
  }

  /** Planning so large a filter takes Spark many seconds. */
  @Tag("faults")
  @Test
  void boundariesOfEveryTypeChoosePartitions() throws Exception {
    TestingTable table = BoundariesTest.partitioned(directory.resolve("chosen"));
    BoundariesTest.write(table);
    filterByTheCalendarOfTheTable();

    assertThat(found(table, Boundaries.PARTITIONS, Boundaries::valueOfPartition))
        .as("rows found by their partition")
        .isEqualTo(IntStream.range(0, Boundaries.count()).boxed().toList());
  }

  /**
   * For filters on Parquet files, Spark makes java.sql objects of dates and instants. Their
   * calendar lacks ten days of October 1582, and the least day and instant overflow in it: Spark
   * itself finds no row of those. With the classes of java.time it does.
   */
  private static void filterByTheCalendarOfTheTable() throws IOException {
    spark.execute("set spark.sql.datetime.java8API.enabled = true");
  }

  private static List<Map<String, String>> texts(TestingTable table) throws IOException {
    return spark.query(table.path.toString(), SparkTexts.query()).stream()
        .map(SparkTexts::of)
        .sorted(Comparator.comparing(row -> Integer.valueOf(row.get("id"))))
        .toList();
  }

  private static List<Map<String, String>> expected(BiFunction<String, Integer, Object> values) {
    List<Map<String, String>> rows = new ArrayList<>();
    for (int id = 0; id < Boundaries.count(); id++) {
      Map<String, String> row = new LinkedHashMap<>();
      row.put("id", Integer.toString(id));
      for (String column : Boundaries.columns()) {
        row.put(column, SparkTexts.of(column, values.apply(column, id)));
      }
      rows.add(row);
    }
    return rows;
  }

  private static List<Integer> found(
      TestingTable table, List<String> columns, BiFunction<String, Integer, Object> values)
      throws IOException {
    String sql = SparkTexts.idsByValue(columns, "and", values);
    return spark.query(table.path.toString(), sql).stream()
        .map(row -> (Integer) row.get("id"))
        .sorted()
        .toList();
  }

  /** JSON knows fewer types than Java: both sides in a form that can be compared. */
  static Object comparable(Object value) {
    if (value instanceof Float || value instanceof Double) {
      double number = ((Number) value).doubleValue();
      return Double.isFinite(number) ? comparable(BigDecimal.valueOf(number)) : value.toString();
    } else if (value instanceof BigDecimal decimal) {
      return decimal.stripTrailingZeros();
    } else if (value instanceof Number whole) {
      return new BigDecimal(whole.longValue()).stripTrailingZeros();
    } else if (value instanceof byte[] bytes) {
      return Base64.getEncoder().encodeToString(bytes);
    } else if (value instanceof ByteBuffer bytes) {
      return comparable(bytes.array());
    } else if (value instanceof Instant || value instanceof LocalDate) {
      return value.toString();
    } else if (value instanceof LocalDateTime local) {
      return local.toString();
    } else if (value instanceof String text && text.matches("\\d{4}-\\d\\d-\\d\\dT.{15}")) {
      return LocalDateTime.parse(text).toString();
    } else if (value instanceof String text && text.matches("\\d{4}-\\d\\d-\\d\\dT.*Z")) {
      return OffsetDateTime.parse(text).toInstant().toString();
    } else if (value instanceof List<?> list) {
      return list.stream().map(SparkReadsITCase::comparable).map(String::valueOf).toList();
    } else if (value instanceof Map<?, ?> map) {
      Map<Object, Object> copy = new HashMap<>();
      map.forEach((key, item) -> copy.put(key, comparable(item)));
      return copy;
    }
    return value;
  }
}
