package io.sluice.delta.sink;

import io.delta.kernel.Snapshot;
import io.delta.kernel.types.StructField;
import io.delta.kernel.types.StructType;
import io.sluice.delta.log.LoadedTable;
import io.sluice.delta.schema.ColumnBudget;
import io.sluice.delta.schema.DeltaTypes;
import io.sluice.delta.schema.FlinkTypes;
import io.sluice.delta.schema.NewColumns;
import io.sluice.delta.schema.SchemaComparison;
import io.sluice.delta.schema.TypeWidening;
import io.sluice.delta.storage.TableStorage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.table.types.logical.RowType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Settles what columns that rows bring along look like in a table, before a row has them: the table
 * decides; before it has a column, whoever brings it first; and a wider type wins, where the table
 * may take it. The form is kept in a small file beside the table, {@code
 * _sluice_columns/<name>.column}, so that all subtasks and every restart find the same, whether or
 * not the rows were ever committed.
 */
@PublicEvolving
public final class ColumnClaims {

  private static final String SUFFIX = ".column";

  private static final Logger LOGGER = LoggerFactory.getLogger(ColumnClaims.class);

  /** Longer names would not fit into that of a file. */
  private static final int MAX_NAME = 200;

  /** A file describes one column. */
  private static final int MOST_BYTES = 1 << 20;

  private final TableStorage table;
  private final StructType schema;
  private final boolean widens;

  private ColumnClaims(TableStorage table, StructType schema, boolean widens) {
    this.table = table;
    this.schema = schema;
    this.widens = widens;
  }

  /**
   * The columns as the table has them, or will have them. The sink's own may be among them, with a
   * wider type than the sink has.
   *
   * @param tablePath an absolute path, a {@code file:} URI or {@code s3://bucket/key}; there may be
   *     no table yet
   * @param wanted nullable columns
   * @return the same names in the same order; a type is another one when rows of it must be cast,
   *     or rejected
   * @throws IllegalArgumentException if the table can have no rows with one of the columns,
   *     whatever its type, or if they are more new columns than the {@link ColumnBudget} allows:
   *     the message is a sentence or two that say why
   */
  public static RowType settle(String tablePath, RowType wanted) throws IOException {
    return settle(tablePath, wanted, Clock.systemUTC());
  }

  /** {@link #settle(String, RowType)} with a clock, which only decides what is new within a day. */
  static synchronized RowType settle(String tablePath, RowType wanted, Clock clock)
      throws IOException {
    // One at a time: two subtasks must not replace each other's wider type.
    TableStorage table = TableStorage.of(tablePath);
    ColumnClaims claims = of(table);
    claims.requireBudget(wanted, clock);
    List<RowType.RowField> settled = new ArrayList<>();
    for (RowType.RowField column : wanted.getFields()) {
      settled.add(claims.settle(column));
    }
    return new RowType(false, settled);
  }

  /** Looks at what was claimed before only when there is a column that nobody has. */
  private void requireBudget(RowType wanted, Clock clock) throws IOException {
    List<RowType.RowField> fresh = new ArrayList<>();
    for (RowType.RowField column : wanted.getFields()) {
      if (inTable(column.getName()) == null && read(file(column.getName())) == null) {
        fresh.add(column);
      }
    }
    if (fresh.isEmpty()) {
      return;
    }
    ColumnBudget budget = new ColumnBudget(table, clock.instant());
    for (String file : claimed()) {
      RowType.RowField column = read(file);
      if (column != null) {
        budget.spent(column, table.status(file).time());
      }
    }
    budget.require(fresh);
  }

  private List<String> claimed() throws IOException {
    try {
      return table.names(NewColumns.CLAIMS_FOLDER, "").stream()
          .filter(name -> name.endsWith(SUFFIX))
          .toList();
    } catch (NoSuchFileException none) {
      return List.of();
    }
  }

  private static ColumnClaims of(TableStorage table) throws IOException {
    try {
      Snapshot now = new LoadedTable(table).load();
      return new ColumnClaims(
          table, now.getSchema(), TypeWidening.isAllowed(now.getTableProperties()));
    } catch (FileNotFoundException absent) {
      LOGGER.debug("The sink has yet to create {}", table, absent);
      return new ColumnClaims(table, new StructType(), true);
    }
  }

  private RowType.RowField settle(RowType.RowField wanted) throws IOException {
    String file = file(wanted.getName());
    StructField there = inTable(wanted.getName());
    RowType.RowField known = read(file);
    if (known == null
        || there != null && !takes(there, known)
        || isWider(wanted, known) && (there == null || takes(there, wanted))) {
      RowType.RowField first = there == null || takes(there, wanted) ? wanted : column(there);
      known = claim(file, first, known != null);
    }
    if (!known.getName().equals(wanted.getName())) {
      throw new IllegalArgumentException(
          "Column '%s' differs in upper and lower case only from '%s' of table %s, which Delta does not tell apart. Give it another name."
              .formatted(wanted.getName(), known.getName(), table));
    }
    return NewColumns.sameType(known, wanted) ? wanted : known;
  }

  /** The column of a name in whatever case; null if none. */
  private StructField inTable(String name) {
    return schema.fields().stream()
        .filter(field -> field.getName().equalsIgnoreCase(name))
        .findFirst()
        .orElse(null);
  }

  /** Whether the table has the column so, or with a narrower type that it may widen. */
  private boolean takes(StructField there, RowType.RowField column) {
    return holds(there, column) || widens && there.isNullable() && isWider(column, column(there));
  }

  private static boolean isWider(RowType.RowField wide, RowType.RowField narrow) {
    return wide.getName().equals(narrow.getName()) && NewColumns.widens(narrow, wide);
  }

  private static boolean holds(StructField there, RowType.RowField column) {
    StructType wanted = DeltaTypes.toDelta(new RowType(List.of(column)));
    SchemaComparison comparison = new SchemaComparison(new StructType(List.of(there)), wanted);
    return comparison.conflicts().isEmpty() && comparison.changed().isEmpty();
  }

  private RowType.RowField column(StructField there) {
    if (!there.isNullable()) {
      throw new IllegalArgumentException(
          "Column '%s' is NOT NULL in table %s, and only some rows have it. Allow nulls in the table, or give the column another name."
              .formatted(there.getName(), table));
    }
    return FlinkTypes.toFlink(new StructType(List.of(there))).getFields().get(0);
  }

  private String file(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    String encoded = URLEncoder.encode(lower, StandardCharsets.UTF_8);
    String fitting =
        encoded.length() <= MAX_NAME
            ? encoded
            : UUID.nameUUIDFromBytes(lower.getBytes(StandardCharsets.UTF_8)).toString();
    return NewColumns.CLAIMS_FOLDER + "/" + fitting + SUFFIX;
  }

  private RowType.RowField read(String file) throws IOException {
    try {
      return NewColumns.parse(new String(table.read(file, MOST_BYTES), StandardCharsets.UTF_8))
          .getFields()
          .get(0);
    } catch (NoSuchFileException none) {
      return null;
    } catch (RuntimeException e) {
      throw new IOException(
          "File %s should describe a new column of table %s, but does not: %s. Remove it; it is written anew"
              .formatted(table.path(file), table, e.getMessage()),
          e);
    }
  }

  /** Returns the column, or the one that another has claimed a moment before. */
  private RowType.RowField claim(String file, RowType.RowField column, boolean stale)
      throws IOException {
    String text = new NewColumns(new RowType(false, List.of(column))).encode();
    try {
      table.write(file, text.getBytes(StandardCharsets.UTF_8), stale);
      return column;
    } catch (FileAlreadyExistsException taken) {
      LOGGER.debug("Another subtask claimed {} first", table.path(file), taken);
      return read(file);
    }
  }
}
