package io.sluice.runtime.quality;

import io.sluice.definition.model.ColumnType;
import io.sluice.definition.model.ColumnType.Decimal;
import io.sluice.definition.model.ColumnType.Simple;
import io.sluice.runtime.expression.ValueText;
import io.sluice.runtime.row.RowTypes;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;

/** Checks that a value is one of a list: strings by their bytes, numbers by their value. */
final class ValidValueChecks {
  private ValidValueChecks() {}

  /**
   * @throws IllegalArgumentException if the column is numeric and a valid value is no number
   */
  static RowCheck compile(Set<String> values, ColumnType type, int position) {
    if (type == Simple.STRING) {
      Set<StringData> strings =
          values.stream()
              .map(value -> StringData.fromBytes(value.getBytes(StandardCharsets.UTF_8)))
              .collect(Collectors.toCollection(HashSet::new));
      return (row, timestamp) -> strings.contains(row.getString(position));
    }
    if (type == Simple.INT || type == Simple.LONG) {
      return integers(values, type, position);
    }
    if (type instanceof Decimal decimal) {
      return decimals(values, decimal, position);
    }
    if (type.isNumeric()) {
      return doubles(values, type, position);
    }
    RowData.FieldGetter getter =
        RowData.createFieldGetter(RowTypes.logicalType(type, true), position);
    return (row, timestamp) -> values.contains(ValueText.of(type, getter.getFieldOrNull(row)));
  }

  private static RowCheck integers(Set<String> values, ColumnType type, int position) {
    long[] sorted =
        numbers(values).stream()
            .filter(ValidValueChecks::isLong)
            .mapToLong(BigDecimal::longValueExact)
            .sorted()
            .toArray();
    return type == Simple.INT
        ? (row, timestamp) -> Arrays.binarySearch(sorted, row.getInt(position)) >= 0
        : (row, timestamp) -> Arrays.binarySearch(sorted, row.getLong(position)) >= 0;
  }

  private static boolean isLong(BigDecimal number) {
    return number.stripTrailingZeros().scale() <= 0
        && number.toBigInteger().bitLength() < Long.SIZE;
  }

  private static RowCheck decimals(Set<String> values, Decimal type, int position) {
    Set<DecimalData> decimals = new HashSet<>();
    for (BigDecimal number : numbers(values)) {
      DecimalData decimal = DecimalData.fromBigDecimal(number, type.precision(), type.scale());
      // A number that the column cannot hold exactly is never met.
      if (decimal != null && decimal.toBigDecimal().compareTo(number) == 0) {
        decimals.add(decimal);
      }
    }
    return (row, timestamp) ->
        decimals.contains(row.getDecimal(position, type.precision(), type.scale()));
  }

  private static RowCheck doubles(Set<String> values, ColumnType type, int position) {
    double[] sorted =
        numbers(values).stream()
            .mapToDouble(n -> type == Simple.FLOAT ? n.floatValue() : n.doubleValue())
            .map(number -> number + 0.0) // -0.0 and 0.0 are the same value.
            .sorted()
            .toArray();
    return type == Simple.FLOAT
        ? (row, timestamp) -> Arrays.binarySearch(sorted, row.getFloat(position) + 0.0) >= 0
        : (row, timestamp) -> Arrays.binarySearch(sorted, row.getDouble(position) + 0.0) >= 0;
  }

  private static Set<BigDecimal> numbers(Set<String> values) {
    return values.stream().map(ValidValueChecks::number).collect(Collectors.toSet());
  }

  private static BigDecimal number(String value) {
    try {
      return new BigDecimal(value.strip());
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "the valid value '%s' of a numeric column is no number".formatted(value), e);
    }
  }
}
