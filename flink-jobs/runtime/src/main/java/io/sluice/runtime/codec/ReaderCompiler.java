package io.sluice.runtime.codec;

import io.sluice.definition.contract.SchemaBudget;
import io.sluice.runtime.codec.CollectionReaders.ArrayReader;
import io.sluice.runtime.codec.CollectionReaders.MapReader;
import java.io.IOException;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.avro.Resolver;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.flink.table.data.StringData;

/**
 * Turns Avro's plan for resolving two schemas into a tree of readers. An error in the plan that
 * every record would meet fails here; one that stands below a union's branch fails only the records
 * that use the branch.
 */
final class ReaderCompiler {
  // Without any registered conversion, so that every value is in Avro's own representation.
  static final GenericData RAW = new GenericData();

  private final Skippers skippers = new Skippers();
  private final MinimumBytes minimum = new MinimumBytes();

  /**
   * What became of Avro's plans for records: it has one for two records that meet in several
   * places, and going there again each time would take for ever with hostile schemas.
   */
  private final Map<Resolver.Action, Compiled> records = new IdentityHashMap<>();

  /** One of the two is null. */
  private record Compiled(RecordReader reader, String problem) {}

  private ReaderCompiler() {}

  static RecordReader compile(Schema writer, Schema reader) throws IncompatibleSchemaException {
    if (reader.getType() != Schema.Type.RECORD) {
      throw new IncompatibleSchemaException(
          "The reader's schema is a %s; rows come from a record."
              .formatted(reader.getType().getName()));
    }
    Optional<String> excess = SchemaBudget.excess(reader);
    if (excess.isPresent()) {
      throw new IncompatibleSchemaException("The reader's schema %s.".formatted(excess.get()));
    }
    requireRowSchema(reader, new HashSet<>());
    ValueReader root = new ReaderCompiler().compile(Resolver.resolve(writer, reader, RAW));
    if (root instanceof RecordReader record) {
      return record;
    }
    throw new IncompatibleSchemaException(
        "The writer's schema is a %s; only records are read."
            .formatted(writer.getType().getName()));
  }

  /** Rows have neither recursive types nor unions of several types. */
  private static void requireRowSchema(Schema schema, Set<String> open)
      throws IncompatibleSchemaException {
    switch (schema.getType()) {
      case ARRAY -> requireRowSchema(schema.getElementType(), open);
      case MAP -> requireRowSchema(schema.getValueType(), open);
      case UNION -> {
        if (schema.getTypes().size() > (schema.isNullable() ? 2 : 1)) {
          throw new IncompatibleSchemaException(
              "The reader's union %s has several types beside null; a column has one."
                  .formatted(schema));
        }
        for (Schema branch : schema.getTypes()) {
          requireRowSchema(branch, open);
        }
      }
      case RECORD -> {
        if (!open.add(schema.getFullName())) {
          throw new IncompatibleSchemaException(
              "The record %s contains itself; a row type cannot be recursive."
                  .formatted(schema.getFullName()));
        }
        for (Schema.Field field : schema.getFields()) {
          requireRowSchema(field.schema(), open);
        }
        open.remove(schema.getFullName());
      }
      default -> {
        // A scalar.
      }
    }
  }

  /** A reader for data that was written with the reader's own schema. */
  static ValueReader compileSame(Schema schema) throws IncompatibleSchemaException {
    return new ReaderCompiler().compile(Resolver.resolve(schema, schema, RAW));
  }

  private ValueReader compile(Resolver.Action action) throws IncompatibleSchemaException {
    return switch (action.type) {
      case DO_NOTHING, PROMOTE -> ScalarReaders.of(action.writer, action.reader);
      case ENUM -> enumReader((Resolver.EnumAdjust) action);
      case SKIP -> skippers.of(action.writer);
      case CONTAINER -> container((Resolver.Container) action);
      case RECORD -> knownRecord((Resolver.RecordAdjust) action);
      case WRITER_UNION -> writerUnion((Resolver.WriterUnion) action);
      case READER_UNION -> compile(((Resolver.ReaderUnion) action).actualAction);
      case ERROR -> throw new IncompatibleSchemaException(action.toString());
    };
  }

  private ValueReader container(Resolver.Container action) throws IncompatibleSchemaException {
    ValueReader element = compile(action.elementAction);
    if (action.reader.getType() == Schema.Type.MAP) {
      // A key takes at least its length prefix.
      return new MapReader(element, minimum.ofEntry(action.writer.getValueType()));
    }
    int minimumBytes = minimum.of(action.writer.getElementType());
    return ArrayReader.of(action.reader.getElementType(), element, minimumBytes);
  }

  private RecordReader knownRecord(Resolver.RecordAdjust action)
      throws IncompatibleSchemaException {
    Compiled known = records.get(action);
    if (known == null) {
      known = compiled(action);
      records.put(action, known);
    }
    if (known.problem() != null) {
      throw new IncompatibleSchemaException(known.problem());
    }
    return known.reader();
  }

  private Compiled compiled(Resolver.RecordAdjust action) {
    try {
      return new Compiled(record(action), null);
    } catch (IncompatibleSchemaException e) {
      return new Compiled(null, e.getMessage());
    }
  }

  private RecordReader record(Resolver.RecordAdjust action) throws IncompatibleSchemaException {
    String name = action.reader.getFullName();
    int read = 0;
    ValueReader[] fields = new ValueReader[action.fieldActions.length];
    int[] positions = new int[fields.length];
    for (int i = 0; i < fields.length; i++) {
      Resolver.Action field = action.fieldActions[i];
      boolean dropped = field.type == Resolver.Action.Type.SKIP;
      positions[i] = dropped ? RecordReader.DROPPED : action.readerOrder[read++].pos();
      fields[i] = field(field, action.writer.getFields().get(i).name(), name);
    }
    int[] defaultPositions = new int[action.defaults.length];
    Object[] defaults = new Object[action.defaults.length];
    for (int i = 0; i < defaults.length; i++) {
      Schema.Field field = action.readerOrder[action.firstDefault + i];
      defaultPositions[i] = field.pos();
      defaults[i] = Defaults.internal(field.schema(), action.defaults[i]);
    }
    String[] names =
        action.reader.getFields().stream().map(Schema.Field::name).toArray(String[]::new);
    return new RecordReader(names, fields, positions, defaults, defaultPositions);
  }

  private ValueReader field(Resolver.Action action, String field, String record)
      throws IncompatibleSchemaException {
    try {
      return compile(action);
    } catch (IncompatibleSchemaException e) {
      throw new IncompatibleSchemaException(
          "Field %s of %s: %s".formatted(field, record, e.getMessage()));
    }
  }

  private ValueReader writerUnion(Resolver.WriterUnion action) throws IncompatibleSchemaException {
    ValueReader[] branches = new ValueReader[action.actions.length];
    IncompatibleSchemaException last = null;
    int readable = 0;
    for (int i = 0; i < branches.length; i++) {
      try {
        branches[i] = compile(action.actions[i]);
        readable++;
      } catch (IncompatibleSchemaException e) {
        last = e;
        branches[i] = unreadable(e.getMessage());
      }
    }
    if (readable == 0 && last != null) {
      throw last;
    }
    return new UnionReader(branches);
  }

  private static ValueReader unreadable(String reason) {
    return in -> {
      throw new CodecException(
          DecodeRule.INCOMPATIBLE_SCHEMA,
          "The record uses a type that the reader's schema has no place for: " + reason + ".");
    };
  }

  private static ValueReader enumReader(Resolver.EnumAdjust action) {
    int[] adjustments = action.adjustments;
    StringData[] symbols = new StringData[adjustments.length];
    for (int i = 0; i < symbols.length; i++) {
      if (adjustments[i] >= 0) {
        symbols[i] = ScalarReaders.utf8(action.reader.getEnumSymbols().get(adjustments[i]));
      }
    }
    Schema writer = action.writer;
    return in -> {
      int index = in.readIndex(symbols.length, "enum");
      StringData symbol = symbols[index];
      if (symbol == null) {
        throw new CodecException(
            DecodeRule.INCOMPATIBLE_SCHEMA,
            "The symbol %s of the enum %s is not one of the reader's, which has no default."
                .formatted(writer.getEnumSymbols().get(index), writer.getFullName()));
      }
      return symbol;
    };
  }

  /** Reads the index of a union's branch, then the branch. */
  private record UnionReader(ValueReader[] branches) implements ValueReader {
    @Override
    public Object read(AvroInput in) throws IOException, CodecException {
      return branches[in.readIndex(branches.length, "union")].read(in);
    }
  }
}
