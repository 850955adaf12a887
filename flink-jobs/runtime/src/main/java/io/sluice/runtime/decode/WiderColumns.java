package io.sluice.runtime.decode;

import io.sluice.definition.contract.AvroColumns;
import io.sluice.definition.model.Column;
import io.sluice.definition.model.ColumnType;
import io.sluice.definition.model.ColumnType.Simple;
import io.sluice.definition.model.DefinitionException;
import io.sluice.runtime.codec.CodecException;
import io.sluice.runtime.codec.DecodeRule;
import io.sluice.runtime.row.RowTypes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;

/**
 * Fields at the top level that a writer has wider than the contract: long for int, double for
 * float, decimals with more digits. Avro refuses such schemas as a whole; here each value is
 * checked when it is read. Values are also checked for double in the place of int, and for decimals
 * with fewer digits behind the point or in another form: these types are read, but they do not
 * count as wider.
 */
public final class WiderColumns {

  /** What becomes of a record with a value that does not fit. */
  private enum Misfit {
    /** The record is rejected; it can be replayed once the contract has the wider type. */
    REJECT_UNTIL_WIDENED,
    /** The record is rejected; silver cannot have the wider type. */
    REJECT,
    /** The record is kept with a placeholder: the value travels in another field as well. */
    KEEP
  }

  /**
   * One of them.
   *
   * @param column as the writer has it, under the name of the contract
   * @param narrow its type in the contract
   * @param cast to that type
   */
  private record Field(
      int position, Column column, ColumnType narrow, LosslessCast cast, Misfit misfit) {

    Field with(Misfit other) {
      return new Field(position, column, narrow, cast, other);
    }

    boolean isWide() {
      return WiderColumns.isWider(column.type(), narrow);
    }
  }

  /**
   * What a kept record has in the place of a value that travels in another field. Not null, since
   * the contract may require the column.
   */
  private static final long PLACEHOLDER = 0;

  private final Schema reader;
  private final List<Field> fields;

  private WiderColumns(Schema reader, List<Field> fields) {
    this.reader = reader;
    this.fields = fields;
  }

  /** Compares two schemas; a writer that is no record has no fields. */
  static WiderColumns of(Schema writer, Schema contract) {
    List<Schema.Field> read = new ArrayList<>();
    List<Field> wider = new ArrayList<>();
    if (writer.getType() == Schema.Type.RECORD) {
      Schema named = Schema.applyAliases(writer, contract);
      for (Schema.Field field : contract.getFields()) {
        Schema.Field written = named.getField(field.name());
        boolean other = written != null && isOther(written.schema(), field.schema());
        read.add(
            new Schema.Field(
                field, other ? with(field.schema(), alone(written.schema())) : field.schema()));
        if (other) {
          wider.add(field(field, typeOf(written.schema()).orElseThrow()));
        }
      }
    }
    return new WiderColumns(wider.isEmpty() ? contract : with(contract, read), wider);
  }

  private static Field field(Schema.Field field, ColumnType written) {
    ColumnType narrow = typeOf(field.schema()).orElseThrow();
    return new Field(
        field.pos(),
        new Column(field.name(), written, true),
        narrow,
        LosslessCast.to(RowTypes.logicalType(narrow, true)),
        Misfit.REJECT_UNTIL_WIDENED);
  }

  /** Whether numbers are to be read as the writer has them, and then cast. */
  private static boolean isOther(Schema written, Schema read) {
    Optional<ColumnType> from = typeOf(written);
    Optional<ColumnType> to = typeOf(read);
    return from.isPresent()
        && to.isPresent()
        && (isWider(from.get(), to.get())
            || from.get() == Simple.DOUBLE && to.get() == Simple.INT
            || isOtherDecimal(from.get(), to.get(), alone(written), alone(read)));
  }

  private static boolean isOtherDecimal(
      ColumnType from, ColumnType to, Schema written, Schema read) {
    return from instanceof ColumnType.Decimal one
        && to instanceof ColumnType.Decimal other
        && (one.scale() != other.scale()
            || written.getType() != read.getType()
            || written.getType() == Schema.Type.FIXED
                && written.getFixedSize() != read.getFixedSize());
  }

  private static boolean isWider(ColumnType wide, ColumnType narrow) {
    if (wide instanceof ColumnType.Decimal more && narrow instanceof ColumnType.Decimal less) {
      return !more.equals(less)
          && more.scale() >= less.scale()
          && more.precision() - more.scale() >= less.precision() - less.scale();
    }
    return wide == Simple.LONG && narrow == Simple.INT
        || wide == Simple.DOUBLE && narrow == Simple.FLOAT;
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
      return Optional.of(AvroColumns.of(new Schema.Field("field", alone)).type());
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

  /** The wider fields as the writer has them. */
  List<Column> columns() {
    return fields.stream().filter(Field::isWide).map(Field::column).toList();
  }

  /** Whether a column is one of them, but its type is not wider than that of the contract. */
  boolean isNarrow(RowType.RowField column) {
    return fields.stream()
        .filter(field -> field.column().name().equals(column.getName()))
        .anyMatch(
            field ->
                columnType(column.getType())
                    .filter(settled -> isWider(settled, field.narrow()))
                    .isEmpty());
  }

  /** The column type of a logical type that others are widened to. */
  public static Optional<ColumnType> columnType(LogicalType type) {
    if (type instanceof DecimalType decimal) {
      return Optional.of(new ColumnType.Decimal(decimal.getPrecision(), decimal.getScale()));
    }
    return switch (type.getTypeRoot()) {
      case DOUBLE -> Optional.of(Simple.DOUBLE);
      case BIGINT -> Optional.of(Simple.LONG);
      default -> Optional.empty();
    };
  }

  /**
   * A copy that treats values of some fields in another way when they do not fit; those of all
   * others reject their records until the contract has the wider type.
   *
   * @param stay fields whose values travel elsewhere as well; they become 0 here
   * @param leave fields that are never widened
   */
  WiderColumns with(Set<String> stay, Set<String> leave) {
    return new WiderColumns(
        reader,
        fields.stream()
            .map(field -> field.with(misfit(field.column().name(), stay, leave)))
            .toList());
  }

  private static Misfit misfit(String name, Set<String> stay, Set<String> leave) {
    if (stay.contains(name)) {
      return Misfit.KEEP;
    }
    return leave.contains(name) ? Misfit.REJECT : Misfit.REJECT_UNTIL_WIDENED;
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
      if (field.misfit() == Misfit.KEEP) {
        return field.cast().cast(PLACEHOLDER);
      }
      String remedy =
          field.misfit() == Misfit.REJECT
              ? "Silver is partitioned by it, or finds rows by it, so its type stays: send it as that, or begin a new silver table with a wider type in the contract."
              : "Widen the type in the contract's schema, start the pipeline again, then replay the record.";
      throw new CodecException(
          DecodeRule.INCOMPATIBLE_SCHEMA,
          "The field '%s' is %s, which its type in the contract, %s, cannot hold. %s"
              .formatted(
                  field.column().name(),
                  value,
                  RowTypes.logicalType(field.narrow(), true).asSummaryString(),
                  remedy),
          e);
    }
  }
}
