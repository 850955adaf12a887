package io.sluice.delta.parquet;

import io.delta.kernel.expressions.Column;
import io.delta.kernel.expressions.Literal;
import io.delta.kernel.internal.util.SchemaUtils;
import io.delta.kernel.statistics.DataFileStatistics;
import io.delta.kernel.types.ByteType;
import io.delta.kernel.types.DataType;
import io.delta.kernel.types.DateType;
import io.delta.kernel.types.DecimalType;
import io.delta.kernel.types.DoubleType;
import io.delta.kernel.types.FloatType;
import io.delta.kernel.types.IntegerType;
import io.delta.kernel.types.LongType;
import io.delta.kernel.types.ShortType;
import io.delta.kernel.types.StringType;
import io.delta.kernel.types.StructField;
import io.delta.kernel.types.StructType;
import io.delta.kernel.types.TimestampNTZType;
import io.delta.kernel.types.TimestampType;
import io.sluice.delta.log.FileSizes;
import io.sluice.delta.schema.TableLayout;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.flink.annotation.Internal;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.io.api.Binary;

/**
 * Delta's per-file statistics from a Parquet footer: the number of records, and null counts,
 * minimum and maximum of the first {@value #INDEXED} leaf columns, as other writers do it. Strings
 * are cut to {@value TextBounds#LENGTH} characters; what has no safe bound is left out, which
 * readers take as "unknown".
 */
@Internal
public final class FileStatistics {

  /** Default of delta.dataSkippingNumIndexedCols. */
  public static final int INDEXED = 32;

  /** Leaf columns of which the statistics of a small file tell. */
  static final int FEW = 4;

  private static final long MICROS_PER_MILLI = 1_000;
  private static final long MICROS_PER_DAY = 86_400_000_000L;
  private static final long FIRST_DAY = LocalDate.of(1, 1, 1).toEpochDay();
  private static final long LAST_DAY = LocalDate.of(9999, 12, 31).toEpochDay();

  private final StructType schema;
  private final Map<Column, DataType> leaves = new LinkedHashMap<>();

  /** The columns of which the statistics of a small file tell. */
  private final Set<Column> few = new HashSet<>();

  private final long smallBelow;

  /** Statistics that have bounds of the same columns in every file. */
  public FileStatistics(StructType schema) {
    this(schema, List.of(), 0);
  }

  /** The leaf columns that have bounds, unless the table's properties name others. */
  public static Set<Column> indexed(StructType columns) {
    return new HashSet<>(SchemaUtils.collectLeafColumns(columns, Set.of(), INDEXED));
  }

  /**
   * The statistics of files that a sink or its compactions write. An upsert repeats those of a file
   * in the log when it replaces rows of it, and most of the files that it names are small and soon
   * compacted: of those only some columns have bounds.
   *
   * @param layout of the table
   * @param columns of the files
   */
  public static FileStatistics of(TableLayout layout, StructType columns) {
    return layout.key() != null && layout.compacted()
        ? new FileStatistics(
            columns, layout.identity(), FileSizes.mediumFrom(layout.targetFileSize()))
        : new FileStatistics(columns);
  }

  /**
   * Only {@value #FEW} columns for small files.
   *
   * @param first those of them that come before the others; names that the files lack do not count
   * @param smallBelow bytes from which a file is not small
   */
  public FileStatistics(StructType schema, List<String> first, long smallBelow) {
    this.schema = schema;
    this.smallBelow = smallBelow;
    collect(schema, new Column(new String[0]));
    Stream.concat(first.stream().map(Column::new), leaves.keySet().stream())
        .filter(leaves::containsKey)
        .distinct()
        .limit(FEW)
        .forEach(few::add);
  }

  private void collect(StructType struct, Column parent) {
    for (StructField field : struct.fields()) {
      Column column = parent.appendNestedField(field.getName());
      if (field.getDataType() instanceof StructType nested) {
        collect(nested, column);
      } else if (leaves.size() < INDEXED) {
        leaves.put(column, field.getDataType());
      }
    }
  }

  public String json(ParquetMetadata footer) {
    Map<Column, Optional<Statistics<?>>> merged = new HashMap<>();
    long rows = 0;
    Set<Column> told = isSmall(footer) ? few : leaves.keySet();
    for (BlockMetaData block : footer.getBlocks()) {
      rows += block.getRowCount();
      for (ColumnChunkMetaData chunk : block.getColumns()) {
        Column column = new Column(chunk.getPath().toArray());
        if (told.contains(column)) {
          merged.merge(column, usable(chunk.getStatistics()), FileStatistics::merge);
        }
      }
    }
    Map<Column, Literal> lows = new HashMap<>();
    Map<Column, Literal> highs = new HashMap<>();
    Map<Column, Long> nulls = new HashMap<>();
    merged.forEach(
        (column, statistics) ->
            statistics.ifPresent(known -> add(column, known, lows, highs, nulls)));
    return new DataFileStatistics(rows, lows, highs, nulls, Optional.empty())
        .serializeAsJson(schema);
  }

  private boolean isSmall(ParquetMetadata footer) {
    return footer.getBlocks().stream().mapToLong(BlockMetaData::getCompressedSize).sum()
        < smallBelow;
  }

  private static Optional<Statistics<?>> usable(Statistics<?> statistics) {
    return statistics == null || !statistics.isNumNullsSet()
        ? Optional.empty()
        : Optional.of(statistics.copy());
  }

  private static Optional<Statistics<?>> merge(
      Optional<Statistics<?>> left, Optional<Statistics<?>> right) {
    if (left.isEmpty() || right.isEmpty()) {
      return Optional.empty();
    }
    Statistics<?> sum = left.get();
    // A block with values but no bounds (NaN) must not lend its neighbour's bounds to the whole
    // file.
    boolean bounded = bounded(sum) && bounded(right.get());
    sum.mergeStatistics(right.get());
    return bounded ? Optional.of(sum) : Optional.empty();
  }

  /** Whether minimum and maximum are known; a column of nulls only has none to know. */
  private static boolean bounded(Statistics<?> statistics) {
    return statistics.hasNonNullValue() || statistics.getNumNulls() > 0;
  }

  private void add(
      Column column,
      Statistics<?> statistics,
      Map<Column, Literal> lows,
      Map<Column, Literal> highs,
      Map<Column, Long> nulls) {
    nulls.put(column, statistics.getNumNulls());
    if (statistics.hasNonNullValue()) {
      DataType type = leaves.get(column);
      Optional<Literal> low = literal(type, statistics.genericGetMin(), false);
      Optional<Literal> high = literal(type, statistics.genericGetMax(), true);
      low.ifPresent(value -> lows.put(column, value));
      high.ifPresent(value -> highs.put(column, value));
    }
  }

  private static Optional<Literal> literal(DataType type, Object value, boolean upper) {
    if (type instanceof StringType) {
      Optional<String> text = text((Binary) value);
      return text.flatMap(upper ? TextBounds::upper : TextBounds::lower).map(Literal::ofString);
    }
    if (type instanceof DecimalType decimal) {
      BigDecimal number = new BigDecimal(unscaled(value), decimal.getScale());
      return Optional.of(Literal.ofDecimal(number, decimal.getPrecision(), decimal.getScale()));
    }
    if (type instanceof TimestampType || type instanceof TimestampNTZType) {
      long micros = ((Number) value).longValue();
      long bound = upper ? wholeMillisAbove(micros) : micros;
      return isPlain(Math.floorDiv(bound, MICROS_PER_DAY))
          ? Optional.of(timestamp(type, bound))
          : Optional.empty();
    }
    if (type instanceof FloatType) {
      float bound = bound(((Number) value).floatValue(), upper);
      return Float.isFinite(bound) ? Optional.of(Literal.ofFloat(bound)) : Optional.empty();
    }
    return value instanceof Number number ? number(type, number) : Optional.empty();
  }

  /**
   * Empty for bytes that are no UTF-8: the character that takes their place may be greater or less.
   */
  private static Optional<String> text(Binary value) {
    try {
      return Optional.of(
          StandardCharsets.UTF_8.newDecoder().decode(value.toByteBuffer()).toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }

  /**
   * The text of a float bounds it as a double, too, which the column may be widened to: 0.1f is a
   * little more than 0.1.
   */
  private static float bound(float value, boolean upper) {
    double written = Double.parseDouble(Float.toString(value));
    if (upper) {
      return written < value ? Math.nextUp(value) : value;
    }
    return written > value ? Math.nextDown(value) : value;
  }

  private static Literal timestamp(DataType type, long micros) {
    return type instanceof TimestampType
        ? Literal.ofTimestamp(micros)
        : Literal.ofTimestampNtz(micros);
  }

  /**
   * Whether every reader understands the text of a day. Kernel writes the years before year 1 as if
   * they came after it, and what others make of signs and five digits is not known.
   */
  private static boolean isPlain(long day) {
    return day >= FIRST_DAY && day <= LAST_DAY;
  }

  /**
   * Statistics hold milliseconds. The protocol cuts the rest off, and wants readers to allow for it
   * at the upper bound; Trino does not, and would miss the rows of a file's last millisecond.
   */
  private static long wholeMillisAbove(long micros) {
    long above = -Math.floorDiv(-micros, MICROS_PER_MILLI) * MICROS_PER_MILLI;
    return above >= micros ? above : micros;
  }

  private static BigInteger unscaled(Object value) {
    return value instanceof Binary binary
        ? new BigInteger(binary.getBytes())
        : BigInteger.valueOf(((Number) value).longValue());
  }

  private static Optional<Literal> number(DataType type, Number value) {
    if (type instanceof ByteType) {
      return Optional.of(Literal.ofByte(value.byteValue()));
    } else if (type instanceof ShortType) {
      return Optional.of(Literal.ofShort(value.shortValue()));
    } else if (type instanceof IntegerType) {
      return Optional.of(Literal.ofInt(value.intValue()));
    } else if (type instanceof LongType) {
      return Optional.of(Literal.ofLong(value.longValue()));
    } else if (type instanceof DateType) {
      return isPlain(value.intValue())
          ? Optional.of(Literal.ofDate(value.intValue()))
          : Optional.empty();
    } else if (!Double.isFinite(value.doubleValue())) {
      return Optional.empty();
    }
    return type instanceof DoubleType
        ? Optional.of(Literal.ofDouble(value.doubleValue()))
        : Optional.empty();
  }
}
