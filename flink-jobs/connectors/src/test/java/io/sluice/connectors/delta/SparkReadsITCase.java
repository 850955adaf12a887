package io.sluice.connectors.delta;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.table.data.RowData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Spark, which shares no code with the sink, sees what was written. */
class SparkReadsITCase extends AsksSpark {

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
