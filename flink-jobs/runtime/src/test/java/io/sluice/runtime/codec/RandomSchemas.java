package io.sluice.runtime.codec;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.Schema.Field;
import org.apache.avro.Schema.Type;

/** Random record schemas of everything that a row can hold, and random later versions of them. */
final class RandomSchemas {
  private static final int MAX_DEPTH = 3;
  private static final int SCALARS = 19;

  private final Random random;
  private final boolean microsOnly;
  private int names;

  RandomSchemas(Random random) {
    this(random, false);
  }

  private RandomSchemas(Random random, boolean microsOnly) {
    this.random = random;
    this.microsOnly = microsOnly;
  }

  /** Schemas without milliseconds: our reader converts units, Avro's does not. */
  static RandomSchemas ofMicros(Random random) {
    return new RandomSchemas(random, true);
  }

  Schema record() {
    return record(0);
  }

  private Schema record(int depth) {
    List<Field> fields = new ArrayList<>();
    int count = 1 + random.nextInt(depth == 0 ? 8 : 3);
    for (int i = 0; i < count; i++) {
      fields.add(new Field("f" + i, type(depth)));
    }
    return Schema.createRecord("R" + names++, null, "random", false, fields);
  }

  private Schema type(int depth) {
    return random.nextInt(3) == 0 ? nullable(plain(depth)) : plain(depth);
  }

  private Schema nullable(Schema type) {
    Schema none = Schema.create(Type.NULL);
    return random.nextBoolean() ? Schema.createUnion(none, type) : Schema.createUnion(type, none);
  }

  private Schema plain(int depth) {
    int nested = depth < MAX_DEPTH ? 3 : 0;
    int kind = random.nextInt(SCALARS + nested);
    return switch (kind) {
      case SCALARS -> Schema.createArray(type(depth + 1));
      case SCALARS + 1 -> Schema.createMap(type(depth + 1));
      case SCALARS + 2 -> record(depth + 1);
      default -> scalar(microsOnly && (kind == 11 || kind == 13 || kind == 15) ? kind + 1 : kind);
    };
  }

  private Schema scalar(int kind) {
    return switch (kind) {
      case 0 -> Schema.create(Type.BOOLEAN);
      case 1 -> Schema.create(Type.INT);
      case 2 -> Schema.create(Type.LONG);
      case 3 -> Schema.create(Type.FLOAT);
      case 4 -> Schema.create(Type.DOUBLE);
      case 5 -> Schema.create(Type.STRING);
      case 6 -> Schema.create(Type.BYTES);
      case 7 -> Schema.createFixed("X" + names++, null, "random", 1 + random.nextInt(20));
      case 8 -> Schema.createEnum("E" + names++, null, "random", List.of("A", "B", "C"), "B");
      case 9 -> LogicalTypes.uuid().addToSchema(Schema.create(Type.STRING));
      case 10 -> LogicalTypes.date().addToSchema(Schema.create(Type.INT));
      case 11 -> LogicalTypes.timeMillis().addToSchema(Schema.create(Type.INT));
      case 12 -> LogicalTypes.timeMicros().addToSchema(Schema.create(Type.LONG));
      case 13 -> LogicalTypes.timestampMillis().addToSchema(Schema.create(Type.LONG));
      case 14 -> LogicalTypes.timestampMicros().addToSchema(Schema.create(Type.LONG));
      case 15 -> LogicalTypes.localTimestampMillis().addToSchema(Schema.create(Type.LONG));
      case 16 -> LogicalTypes.localTimestampMicros().addToSchema(Schema.create(Type.LONG));
      case 17 -> decimal(Schema.create(Type.BYTES), 1 + random.nextInt(38));
      default -> decimal(Schema.createFixed("D" + names++, null, "random", 16), 38);
    };
  }

  private Schema decimal(Schema carrier, int precision) {
    return LogicalTypes.decimal(precision, random.nextInt(precision + 1)).addToSchema(carrier);
  }

  /**
   * Another version of a record: fields dropped, added with a default, renamed with an alias,
   * reordered, promoted, made nullable or wrapped. Usually it can read the old one.
   */
  Schema evolved(Schema record) {
    List<Field> fields = new ArrayList<>();
    for (Field field : record.getFields()) {
      if (random.nextInt(5) > 0) {
        boolean renamed = random.nextInt(6) == 0;
        Field kept =
            new Field(renamed ? field.name() + "x" : field.name(), evolvedType(field.schema()));
        if (renamed) {
          kept.addAlias(field.name());
        }
        fields.add(kept);
      }
    }
    if (fields.isEmpty() || random.nextBoolean()) {
      fields.add(added("g" + names++));
    }
    Collections.shuffle(fields, random);
    return Schema.createRecord(record.getName(), null, "random", false, fields);
  }

  private Field added(String name) {
    Schema record =
        Schema.createRecord(
            "G" + names++,
            null,
            "random",
            false,
            List.of(new Field("a", Schema.create(Type.INT), null, 7)));
    return switch (random.nextInt(5)) {
      case 0 -> new Field(name, Schema.create(Type.LONG), null, 42L);
      case 1 ->
          new Field(
              name,
              nullable(Schema.create(Type.STRING)).getTypes().get(0).isNullable()
                  ? Schema.createUnion(Schema.create(Type.NULL), Schema.create(Type.STRING))
                  : Schema.createUnion(Schema.create(Type.NULL), Schema.create(Type.INT)),
              null,
              Field.NULL_DEFAULT_VALUE);
      case 2 -> new Field(name, Schema.createArray(Schema.create(Type.INT)), null, List.of(1, 2));
      case 3 -> new Field(name, record, null, java.util.Map.of("a", 9));
      default -> new Field(name, Schema.create(Type.STRING), null, "default");
    };
  }

  private Schema evolvedType(Schema type) {
    return switch (type.getType()) {
      case UNION -> evolvedUnion(type);
      case INT ->
          type.getLogicalType() != null || random.nextInt(3) > 0
              ? type
              : Schema.create(List.of(Type.LONG, Type.FLOAT, Type.DOUBLE).get(random.nextInt(3)));
      case FLOAT -> random.nextInt(3) > 0 ? type : Schema.create(Type.DOUBLE);
      case STRING -> random.nextInt(4) > 0 ? type : Schema.create(Type.BYTES);
      case ARRAY -> Schema.createArray(evolvedType(type.getElementType()));
      case MAP -> Schema.createMap(evolvedType(type.getValueType()));
      case RECORD -> evolved(type);
      case ENUM ->
          random.nextBoolean()
              ? type
              : Schema.createEnum(
                  type.getName(),
                  null,
                  "random",
                  List.of("C", "A"),
                  random.nextBoolean() ? "A" : null);
      default -> random.nextInt(4) == 0 ? nullable(type) : type;
    };
  }

  private Schema evolvedUnion(Schema union) {
    List<Schema> branches = new ArrayList<>();
    for (Schema branch : union.getTypes()) {
      branches.add(branch.getType() == Type.NULL ? branch : evolvedBranch(branch));
    }
    if (random.nextInt(5) == 0) {
      branches.removeIf(branch -> branch.getType() == Type.NULL);
      return branches.get(0);
    }
    Collections.shuffle(branches, random);
    return Schema.createUnion(branches);
  }

  private Schema evolvedBranch(Schema branch) {
    Schema evolved = evolvedType(branch);
    return evolved.isUnion() ? branch : evolved;
  }
}
