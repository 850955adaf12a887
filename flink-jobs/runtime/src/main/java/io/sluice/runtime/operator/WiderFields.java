package io.sluice.runtime.operator;

import io.sluice.runtime.codec.CodecException;
import io.sluice.runtime.codec.DecodeRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.types.logical.FloatType;
import org.apache.flink.table.types.logical.IntType;

/**
 * Fields at the top level that a writer has wider than the contract: long for int, double for
 * float. Avro refuses such schemas as a whole; here it is for each value to say whether it fits.
 */
final class WiderFields {
  private record Field(int position, String name, Schema.Type type, LosslessCast cast) {}

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
        Optional<Schema.Type> wide =
            written == null ? Optional.empty() : wider(written.schema(), field.schema());
        read.add(
            new Schema.Field(
                field, wide.map(type -> with(field.schema(), type)).orElse(field.schema())));
        if (wide.isPresent()) {
          wider.add(narrowed(field));
        }
      }
    }
    return new WiderFields(wider.isEmpty() ? contract : with(contract, read), wider);
  }

  /** The type of a writer's field if that of the contract is the next narrower one. */
  private static Optional<Schema.Type> wider(Schema written, Schema read) {
    Optional<Schema.Type> from = number(written);
    Optional<Schema.Type> to = number(read);
    boolean wider =
        from.equals(Optional.of(Schema.Type.LONG)) && to.equals(Optional.of(Schema.Type.INT))
            || from.equals(Optional.of(Schema.Type.DOUBLE))
                && to.equals(Optional.of(Schema.Type.FLOAT));
    return wider ? from : Optional.empty();
  }

  /** The one type beside null; nothing when it is not a number but a time. */
  private static Optional<Schema.Type> number(Schema schema) {
    List<Schema> types = schema.isUnion() ? schema.getTypes() : List.of(schema);
    List<Schema> present =
        types.stream().filter(type -> type.getType() != Schema.Type.NULL).toList();
    return present.size() == 1 && present.get(0).getLogicalType() == null
        ? Optional.of(present.get(0).getType())
        : Optional.empty();
  }

  private static Schema with(Schema schema, Schema.Type wide) {
    if (!schema.isUnion()) {
      return Schema.create(wide);
    }
    return Schema.createUnion(
        schema.getTypes().stream()
            .map(type -> type.getType() == Schema.Type.NULL ? type : Schema.create(wide))
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

  private static Field narrowed(Schema.Field field) {
    Schema.Type type = number(field.schema()).orElseThrow();
    return new Field(
        field.pos(),
        field.name(),
        type,
        LosslessCast.to(type == Schema.Type.INT ? new IntType() : new FloatType()));
  }

  /** The contract's schema, with the types of the writer where those are wider. */
  Schema reader() {
    return reader;
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
      throw new CodecException(
          DecodeRule.INCOMPATIBLE_SCHEMA,
          "The field '%s' is %s, which its type in the contract, %s, cannot hold. Widen the type in the contract's schema, start the pipeline again, then replay the record."
              .formatted(field.name(), value, field.type().getName()),
          e);
    }
  }
}
