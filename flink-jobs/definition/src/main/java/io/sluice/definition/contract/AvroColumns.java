package io.sluice.definition.contract;

import io.sluice.definition.model.Column;
import io.sluice.definition.model.ColumnType;
import io.sluice.definition.model.ColumnType.Simple;
import io.sluice.definition.model.DefinitionException;
import io.sluice.definition.model.Problem;
import io.sluice.definition.yaml.NameList;
import io.sluice.definition.yaml.Nearest;
import io.sluice.definition.yaml.Problems;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;

/**
 * Translates Avro schemas into columns. Every primitive type, enum, fixed, nested records, arrays,
 * maps, unions of null and one type, and the logical types decimal, date, time-*, timestamp-*,
 * local-timestamp-* and uuid have a column type; all else is a problem that names the path and the
 * remedy, and so is a schema beyond the {@link SchemaBudget}. A problem within a record is told
 * once, at the first place where the record is used.
 */
public final class AvroColumns {
  /** Kafka's socket.request.max.bytes, which nobody raises. */
  private static final int MAX_FIXED = 100 << 20;

  private static final Map<String, Simple> TIME_TYPES =
      Map.of(
          "date", Simple.DATE,
          "time-millis", Simple.TIME_MILLIS,
          "time-micros", Simple.TIME_MICROS,
          "timestamp-millis", Simple.TIMESTAMP_MILLIS,
          "timestamp-micros", Simple.TIMESTAMP_MICROS,
          "local-timestamp-millis", Simple.LOCAL_TIMESTAMP_MILLIS,
          "local-timestamp-micros", Simple.LOCAL_TIMESTAMP_MICROS);

  /** Logical types that mean something to us or to other readers; any other name is a comment. */
  private static final Set<String> LOGICAL_TYPES =
      Set.of(
          "decimal",
          "uuid",
          "date",
          "time-millis",
          "time-micros",
          "timestamp-millis",
          "timestamp-micros",
          "timestamp-nanos",
          "local-timestamp-millis",
          "local-timestamp-micros",
          "local-timestamp-nanos",
          "duration");

  private final BiConsumer<String, String> problems;
  private final Deque<String> open = new ArrayDeque<>();

  /** Columns by the name of their record: a record is looked at once, wherever it is used. */
  private final Map<String, List<Column>> known = new HashMap<>();

  private AvroColumns(BiConsumer<String, String> problems) {
    this.problems = problems;
  }

  /**
   * The columns of a record, in the order of its fields.
   *
   * @throws DefinitionException with one problem per field that has no column type
   */
  public static List<Column> of(Schema schema) {
    Problems found = new Problems();
    List<Column> columns =
        read(
            schema,
            (path, message) ->
                found.add(new Problem(schema.getFullName() + ".avsc", 0, 0, path, message)));
    found.throwIfAny();
    return columns;
  }

  /**
   * The column of a field that stands alone.
   *
   * @throws DefinitionException if it has no column type
   */
  public static Column of(Schema.Field field) {
    // Without its default, which does not matter for a column and may be a bad one.
    Schema.Field plain = new Schema.Field(field.name(), field.schema(), field.doc());
    return of(Schema.createRecord("Alone", null, null, false, List.of(plain))).get(0);
  }

  /**
   * The columns that can be had.
   *
   * @param problems takes the path of field names, joined by dots, and what is wrong there
   */
  static List<Column> read(Schema schema, BiConsumer<String, String> problems) {
    if (schema.getType() != Schema.Type.RECORD) {
      problems.accept(
          "", "the schema of a dataset must be a record, but is " + name(schema.getType()));
      return List.of();
    }
    Optional<String> excess = SchemaBudget.excess(schema);
    if (excess.isPresent()) {
      problems.accept("", "the schema " + excess.get() + ". Make it smaller.");
      return List.of();
    }
    List<Column> columns = new AvroColumns(problems).columns(schema, "");
    for (Column column : columns) {
      if (column.name().startsWith("_")) {
        problems.accept(
            column.name(),
            "columns that start with '_' are Sluice's own. Rename the field '%s'."
                .formatted(column.name()));
      }
    }
    return columns;
  }

  private List<Column> columns(Schema record, String path) {
    if (open.contains(record.getFullName())) {
      problems.accept(
          path,
          "the record '%s' contains itself, and a table has no endless columns. Keep an id of the other record instead."
              .formatted(record.getFullName()));
      return List.of();
    }
    List<Column> before = known.get(record.getFullName());
    if (before != null) {
      return before;
    }
    if (record.getFields().isEmpty()) {
      problems.accept(path, "a record needs at least one field, since Parquet cannot store none");
    }
    open.push(record.getFullName());
    List<Column> columns = new ArrayList<>();
    Map<String, String> taken = new HashMap<>();
    for (Schema.Field field : record.getFields()) {
      String at = path.isEmpty() ? field.name() : path + "." + field.name();
      String former = taken.putIfAbsent(field.name().toLowerCase(Locale.ROOT), field.name());
      if (former != null) {
        problems.accept(
            at,
            "the field differs from '%s' only in case, which tables do not tell apart. Rename one."
                .formatted(former));
      }
      typeOf(field.schema(), at)
          .ifPresent(type -> columns.add(new Column(field.name(), type, nullable(field.schema()))));
    }
    open.pop();
    known.put(record.getFullName(), columns);
    return columns;
  }

  private static boolean nullable(Schema schema) {
    return schema.isUnion()
        && schema.getTypes().stream().anyMatch(branch -> branch.getType() == Schema.Type.NULL);
  }

  private Optional<ColumnType> typeOf(Schema schema, String path) {
    if (schema.getType() == Schema.Type.FIXED && schema.getFixedSize() > MAX_FIXED) {
      return none(
          path,
          "a fixed of %,d bytes is larger than any record: a broker takes %,d bytes at once. Use bytes, or a smaller size."
              .formatted(schema.getFixedSize(), MAX_FIXED));
    }
    String logical = schema.getProp("logicalType");
    if (logical != null) {
      Optional<ColumnType> type = logicalType(schema, logical, path);
      boolean reported = Nearest.of(logical, LOGICAL_TYPES).isPresent();
      if (type.isPresent() || reported) {
        return type;
      }
    }
    return switch (schema.getType()) {
      case BOOLEAN -> Optional.of(Simple.BOOLEAN);
      case INT -> Optional.of(Simple.INT);
      case LONG -> Optional.of(Simple.LONG);
      case FLOAT -> Optional.of(Simple.FLOAT);
      case DOUBLE -> Optional.of(Simple.DOUBLE);
      case STRING, ENUM -> Optional.of(Simple.STRING);
      case BYTES, FIXED -> Optional.of(Simple.BYTES);
      case RECORD -> struct(schema, path);
      case ARRAY ->
          typeOf(schema.getElementType(), path + "[]")
              .map(type -> new ColumnType.Array(type, nullable(schema.getElementType())));
      case MAP ->
          typeOf(schema.getValueType(), path + "{}")
              .map(type -> new ColumnType.MapOf(type, nullable(schema.getValueType())));
      case UNION -> union(schema, path);
      case NULL -> none(path, "the type null alone holds no value. Use [\"null\", T].");
    };
  }

  private Optional<ColumnType> struct(Schema schema, String path) {
    List<Column> columns = columns(schema, path);
    return columns.isEmpty() ? Optional.empty() : Optional.of(new ColumnType.Struct(columns));
  }

  private Optional<ColumnType> union(Schema schema, String path) {
    List<Schema> values =
        schema.getTypes().stream().filter(type -> type.getType() != Schema.Type.NULL).toList();
    if (values.size() == 1) {
      return typeOf(values.get(0), path);
    }
    String branches = NameList.of(schema.getTypes().stream().map(AvroColumns::branch).toList());
    return none(
        path,
        "the union [%s] has no column type: a union may hold one type and null. Make it one field per type, each [\"null\", T]."
            .formatted(branches));
  }

  private static String branch(Schema schema) {
    return schema.getType() == Schema.Type.RECORD ? schema.getName() : name(schema.getType());
  }

  /** Empty after a problem, and for a logical type that nobody knows, which Avro ignores too. */
  private Optional<ColumnType> logicalType(Schema schema, String logical, String path) {
    LogicalType type = schema.getLogicalType();
    if (type instanceof LogicalTypes.Decimal decimal) {
      return decimal(decimal, path);
    }
    if (type != null && TIME_TYPES.containsKey(logical)) {
      return Optional.of(TIME_TYPES.get(logical));
    }
    if (type != null && logical.equals("uuid") && schema.getType() == Schema.Type.STRING) {
      return Optional.of(Simple.STRING);
    }
    if (logical.equals("duration") || logical.endsWith("-nanos")) {
      String remedy =
          logical.equals("duration")
              ? "Use a long of milliseconds."
              : "Use '" + logical.replace("nanos", "micros") + "'.";
      return none(path, "the logical type '" + logical + "' is not supported. " + remedy);
    }
    if (LOGICAL_TYPES.contains(logical)) {
      return none(
          path,
          "the logical type '%s' does not fit here: %s. It would be ignored without a word."
              .formatted(logical, misfit(logical, schema)));
    }
    Nearest.of(logical, LOGICAL_TYPES)
        .ifPresent(
            meant ->
                problems.accept(
                    path,
                    "unknown logical type '%s'. Did you mean '%s'?".formatted(logical, meant)));
    return Optional.empty();
  }

  private static String misfit(String logical, Schema schema) {
    String on = name(schema.getType());
    return switch (logical) {
      case "decimal" -> decimalMisfit(schema, on);
      case "date", "time-millis" -> "it needs int, but stands on " + on;
      case "uuid" -> "it needs string, but stands on " + on;
      default -> "it needs long, but stands on " + on;
    };
  }

  private static String decimalMisfit(Schema schema, String on) {
    if (schema.getType() != Schema.Type.BYTES && schema.getType() != Schema.Type.FIXED) {
      return "it needs bytes or fixed, but stands on " + on;
    }
    String most =
        schema.getType() == Schema.Type.FIXED
            ? " and at most %d, the digits of a fixed of %d bytes"
                .formatted(digits(schema.getFixedSize()), schema.getFixedSize())
            : "";
    Object scale = schema.getObjectProp("scale");
    return "its precision is %s and its scale %s, but a precision is 1 or more%s, and a scale is from 0 to the precision"
        .formatted(schema.getObjectProp("precision"), scale == null ? 0 : scale, most);
  }

  /** The decimal digits that any number of so many bytes has room for, one bit being the sign. */
  private static long digits(int bytes) {
    return (long) Math.floor(Math.log10(2) * (Byte.SIZE * (long) bytes - 1));
  }

  private Optional<ColumnType> decimal(LogicalTypes.Decimal decimal, String path) {
    if (decimal.getPrecision() > ColumnType.Decimal.MAX_PRECISION) {
      return none(
          path,
          "decimal(%d, %d) has more than the %d digits that tables can hold. Lower the precision."
              .formatted(
                  decimal.getPrecision(), decimal.getScale(), ColumnType.Decimal.MAX_PRECISION));
    }
    return Optional.of(new ColumnType.Decimal(decimal.getPrecision(), decimal.getScale()));
  }

  private Optional<ColumnType> none(String path, String message) {
    problems.accept(path, message);
    return Optional.empty();
  }

  private static String name(Schema.Type type) {
    return type.getName();
  }
}
