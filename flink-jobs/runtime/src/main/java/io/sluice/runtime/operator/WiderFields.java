package io.sluice.runtime.operator;

import io.sluice.definition.AvroColumns;
import io.sluice.definition.Column;
import io.sluice.definition.ColumnType;
import io.sluice.definition.ColumnType.Simple;
import io.sluice.definition.DefinitionException;
import io.sluice.runtime.codec.CodecException;
import io.sluice.runtime.codec.DecodeRule;
import io.sluice.runtime.codec.RowTypes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;

/**
 * Fields at the top level that a writer has wider than the contract: long for int, double for float
 * or int, decimals with more digits. Avro refuses such schemas as a whole; here it is for each
 * value to say whether it fits.
 */
final class WiderFields {

  /**
   * One of them.
   *
   * @param column as the writer has it, under the name of the contract
   * @param narrow its type in the contract
   * @param elsewhere whether a value that does not fit travels in another place as well
   */
  private record Field(
      int position, Column column, LogicalType narrow, LosslessCast cast, boolean elsewhere) {

    Field elsewhere(boolean travels) {
      return new Field(position, column, narrow, cast, travels);
    }
  }

  /** Not null, since the contract may have the column as required. */
  private static final long NOBODY_LOOKS_HERE = 0;

  private final Schema reader;
  private final List<Field> fields;

  private WiderFields(Schema reader, List<Field> fields) {
    this.reader = reader;
    this.fields = fields;
  }

  /** Compares two schemas; a writer that is no record has no fields. */
  static WiderFields of(Schema writer, Schema contract) {
    List<Schema.Field> read = new ArrayList<>();
    List<Field> wider = new ArrayList<>();
    if (writer.getType() == Schema.Type.RECORD) {
      Schema named = Schema.applyAliases(writer, contract);
      for (Schema.Field field : contract.getFields()) {
        Schema.Field written = named.getField(field.name());
        boolean wide = written != null && isWider(written.schema(), field.schema());
        read.add(
            new Schema.Field(
                field, wide ? with(field.schema(), alone(written.schema())) : field.schema()));
        if (wide) {
          wider.add(field(field, typeOf(written.schema()).orElseThrow()));
        }
      }
    }
    return new WiderFields(wider.isEmpty() ? contract : with(contract, read), wider);
  }

  private static Field field(Schema.Field field, ColumnType wide) {
    LogicalType narrow = RowTypes.logicalType(typeOf(field.schema()).orElseThrow(), true);
    return new Field(
        field.pos(), new Column(field.name(), wide, true), narrow, LosslessCast.to(narrow), false);
  }

  private static boolean isWider(Schema written, Schema read) {
    Optional<ColumnType> from = typeOf(written);
    Optional<ColumnType> to = typeOf(read);
    return from.isPresent() && to.isPresent() && isWider(from.get(), to.get());
  }

  private static boolean isWider(ColumnType wide, ColumnType narrow) {
    if (wide instanceof ColumnType.Decimal more && narrow instanceof ColumnType.Decimal less) {
      return !more.equals(less)
          && more.scale() >= less.scale()
          && more.precision() - more.scale() >= less.precision() - less.scale();
    }
    return wide == Simple.LONG && narrow == Simple.INT
        || wide == Simple.DOUBLE && (narrow == Simple.FLOAT || narrow == Simple.INT);
  }

  /** The type of a field that is one number and perhaps null. */
  private static Optional<ColumnType> typeOf(Schema schema) {
    Schema alone = alone(schema);
    boolean number =
        alone != null
            && switch (alone.getType()) {
              case INT, LONG, FLOAT, DOUBLE, BYTES, FIXED -> true;
              default -> false;
            };
    if (!number) {
      return Optional.empty();
    }
    try {
      Schema record =
          Schema.createRecord(
              "Alone", null, null, false, List.of(new Schema.Field("field", alone)));
      return Optional.of(AvroColumns.of(record).get(0).type());
    } catch (DefinitionException e) {
      // Whoever reads the whole schema says so.
      return Optional.empty();
    }
  }

  /** The one type beside null; null when there are several. */
  private static Schema alone(Schema schema) {
    List<Schema> types = schema.isUnion() ? schema.getTypes() : List.of(schema);
    List<Schema> present =
        types.stream().filter(type -> type.getType() != Schema.Type.NULL).toList();
    return present.size() == 1 ? present.get(0) : null;
  }

  private static Schema with(Schema schema, Schema wide) {
    if (!schema.isUnion()) {
      return wide;
    }
    return Schema.createUnion(
        schema.getTypes().stream()
            .map(type -> type.getType() == Schema.Type.NULL ? type : wide)
            .toList());
  }

  private static Schema with(Schema contract, List<Schema.Field> fields) {
    Schema wide =
        Schema.createRecord(
            contract.getName(),
            contract.getDoc(),
            contract.getNamespace(),
            contract.isError(),
            fields);
    contract.getAliases().forEach(wide::addAlias);
    return wide;
  }

  /** The contract's schema, with the types of the writer where those are wider. */
  Schema reader() {
    return reader;
  }

  /** The fields as the writer has them. */
  List<Column> columns() {
    return fields.stream().map(Field::column).toList();
  }

  /** Whether a column is one of them, with the type of the contract. */
  boolean isNarrow(RowType.RowField column) {
    return fields.stream()
        .anyMatch(
            field ->
                field.column().name().equals(column.getName())
                    && field.narrow().equals(column.getType().copy(true)));
  }

  /**
   * The same, where values of some fields become 0 if they do not fit, as they travel elsewhere.
   */
  WiderFields elsewhere(Set<String> names) {
    return new WiderFields(
        reader,
        fields.stream()
            .map(field -> field.elsewhere(names.contains(field.column().name())))
            .toList());
  }

  /**
   * Brings values that were read by {@link #reader} into the types of the contract.
   *
   * @throws CodecException with rule incompatible_schema if one does not fit
   */
  void narrow(GenericRowData row) throws CodecException {
    for (Field field : fields) {
      Object value = row.getField(field.position());
      if (value != null) {
        row.setField(field.position(), narrow(field, value));
      }
    }
  }

  private static Object narrow(Field field, Object value) throws CodecException {
    try {
      return field.cast().cast(value);
    } catch (ArithmeticException e) {
      if (field.elsewhere()) {
        return field.cast().cast(NOBODY_LOOKS_HERE);
      }
      throw new CodecException(
          DecodeRule.INCOMPATIBLE_SCHEMA,
          "The field '%s' is %s, which its type in the contract, %s, cannot hold. Widen the type in the contract's schema, start the pipeline again, then replay the record."
              .formatted(field.column().name(), value, field.narrow().asSummaryString()),
          e);
    }
  }
}
