package io.sluice.definition.contract;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.Schema;

/**
 * The largest Avro schema that is looked at. A schema of a few kilobytes can stand for billions of
 * columns when each record uses the record before it twice, so a schema is measured before anything
 * walks through it. The measure itself visits each record once.
 */
public final class SchemaBudget {
  /** Columns of a record with those of nested records, each record counted wherever it is used. */
  public static final int MAX_COLUMNS = 2_000;

  /** Records, arrays and maps that stand in each other; the outermost record is the first level. */
  public static final int MAX_LEVELS = 40;

  /** Characters of a schema as JSON text, with the schemas that it refers to. */
  public static final int MAX_CHARACTERS = 1 << 20;

  /** What a schema takes; a record within itself counts as one column. */
  private record Size(long columns, int levels) {
    static final Size LEAF = new Size(1, 0);

    Size within() {
      return new Size(columns, levels + 1);
    }

    Size plus(Size other) {
      return new Size(columns + other.columns, Math.max(levels, other.levels));
    }
  }

  private final Map<String, Size> records = new HashMap<>();

  private SchemaBudget() {}

  /** Why a schema is too large, as a sentence without its subject; empty if it is not. */
  public static Optional<String> excess(Schema schema) {
    try {
      new SchemaBudget().measure(schema, 0);
      return Optional.empty();
    } catch (ExceededException e) {
      return Optional.of(e.getMessage());
    }
  }

  private Size measure(Schema schema, int above) {
    Size size =
        switch (schema.getType()) {
          case ARRAY -> measure(schema.getElementType(), entered(above)).within();
          case MAP -> measure(schema.getValueType(), entered(above)).within();
          case UNION -> {
            Size branches = new Size(0, 0);
            for (Schema branch : schema.getTypes()) {
              if (branch.getType() != Schema.Type.NULL) {
                branches = branches.plus(measure(branch, above));
              }
            }
            yield branches.columns() == 0 ? Size.LEAF : branches;
          }
          case RECORD -> record(schema, above);
          default -> Size.LEAF;
        };
    requireLevels(above + size.levels());
    if (size.columns() > MAX_COLUMNS) {
      throw new ExceededException(
          "has more than %,d columns, those of nested records counted wherever they are used"
              .formatted(MAX_COLUMNS));
    }
    return size;
  }

  private Size record(Schema record, int above) {
    Size known = records.get(record.getFullName());
    if (known != null) {
      return known;
    }
    int within = entered(above);
    records.put(record.getFullName(), Size.LEAF);
    Size size = new Size(0, 0);
    for (Schema.Field field : record.getFields()) {
      size = size.plus(measure(field.schema(), within));
    }
    Size whole = size.columns() == 0 ? Size.LEAF.within() : size.within();
    records.put(record.getFullName(), whole);
    return whole;
  }

  /** Checked on the way down, so that the measure itself does not nest deeper. */
  private static int entered(int above) {
    requireLevels(above + 1);
    return above + 1;
  }

  private static void requireLevels(int levels) {
    if (levels > MAX_LEVELS) {
      throw new ExceededException(
          "nests records, arrays and maps more than %d levels deep".formatted(MAX_LEVELS));
    }
  }

  /** Ends the measure early; it never leaves this class. */
  private static final class ExceededException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ExceededException(String message) {
      super(message, null, false, false);
    }
  }
}
