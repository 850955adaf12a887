package io.sluice.delta.schema;

import io.delta.kernel.types.ArrayType;
import io.delta.kernel.types.DataType;
import io.delta.kernel.types.MapType;
import io.delta.kernel.types.StructField;
import io.delta.kernel.types.StructType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.flink.annotation.Internal;

/**
 * A table's schema beside the one that a sink writes: what keeps them apart for good, what the
 * table lacks, and the table's schema with that added. Order, comments and other metadata of
 * columns do not count, nor do nullable columns that only the table has.
 */
@Internal
public final class SchemaComparison {

  /** Metadata of columns whose value the writer would have to work out. */
  private static final List<String> COMPUTED =
      List.of("CURRENT_DEFAULT", "delta.generationExpression", "delta.identity.start");

  private final List<String> conflicts = new ArrayList<>();
  private final List<StructField> missing = new ArrayList<>();
  private final List<String> missingNested = new ArrayList<>();
  private final List<StructField> wider = new ArrayList<>();
  private final Predicate<String> widening;
  private final Predicate<String> written;
  private final StructType merged;

  /** Without wider types: they are conflicts as all other types are. */
  public SchemaComparison(StructType table, StructType sink) {
    this(table, sink, column -> false, column -> false);
  }

  /**
   * @param sink the columns that are wanted now: those of the layout, some of them, or others
   * @param layout says which columns may be wider, and which the sink writes in any case
   */
  public SchemaComparison(StructType table, StructType sink, TableLayout layout) {
    this(table, sink, layout::mayWiden, layout.rowType().getFieldNames()::contains);
  }

  private SchemaComparison(
      StructType table, StructType sink, Predicate<String> widening, Predicate<String> written) {
    this.widening = widening;
    this.written = written;
    merged = (StructType) merge(table, sink, "");
  }

  /** Sentences on differences that no policy overcomes. */
  public List<String> conflicts() {
    return conflicts;
  }

  /** The columns that the table lacks. */
  public List<StructField> missing() {
    return missing;
  }

  /** The fields within columns that the table lacks, by their paths. */
  List<String> missingNested() {
    return missingNested;
  }

  /** The columns of the table whose types the sink needs wider. */
  List<StructField> wider() {
    return wider;
  }

  /** The names of everything that the table lacks. */
  public List<String> changed() {
    List<String> names = new ArrayList<>(missing.stream().map(StructField::getName).toList());
    names.addAll(missingNested);
    wider.forEach(
        column ->
            names.add(
                column.getName()
                    + " ("
                    + TypeText.of(merged.get(column.getName()).getDataType())
                    + ")"));
    return names;
  }

  /** The table's schema with what it lacks; other metadata of the columns is kept. */
  StructType merged() {
    return merged;
  }

  private StructType merge(StructType table, StructType sink, String prefix) {
    List<StructField> fields = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (StructField there : table.fields()) {
      names.add(there.getName().toLowerCase(Locale.ROOT));
      int at = sink.indexOf(there.getName());
      if (at < 0) {
        if (!prefix.isEmpty() || !written.test(there.getName())) {
          checkOnlyInTable(there, prefix);
        }
        fields.add(there);
      } else {
        fields.add(merge(there, sink.at(at), prefix));
      }
    }
    for (StructField here : sink.fields()) {
      if (table.indexOf(here.getName()) < 0) {
        add(here, prefix, names, fields);
      }
    }
    return fields.equals(table.fields()) ? table : new StructType(fields);
  }

  private void add(StructField here, String prefix, Set<String> names, List<StructField> fields) {
    String path = prefix + here.getName();
    if (!names.add(here.getName().toLowerCase(Locale.ROOT))) {
      conflicts.add(
          "column '" + path + "' differs in upper and lower case only from another column");
      return;
    }
    if (prefix.isEmpty()) {
      missing.add(here);
    } else {
      missingNested.add(path);
    }
    fields.add(here);
  }

  private void checkOnlyInTable(StructField there, String prefix) {
    String column =
        "column '" + prefix + there.getName() + "' (" + TypeText.of(there.getDataType()) + ")";
    if (!there.isNullable()) {
      conflicts.add(column + " is only in the table and NOT NULL there");
    }
    COMPUTED.stream()
        .filter(there.getMetadata()::contains)
        .forEach(key -> conflicts.add(column + " is only in the table and has a " + key));
  }

  private StructField merge(StructField there, StructField here, String prefix) {
    String path = prefix + there.getName();
    if (!there.isNullable()) {
      conflicts.add("column '" + path + "' is NOT NULL in the table");
    }
    if (prefix.isEmpty() && widening.test(path)) {
      if (TypeWidening.widens(here.getDataType(), there.getDataType())) {
        return there;
      } else if (TypeWidening.widens(there.getDataType(), here.getDataType())) {
        wider.add(there);
        return widened(there, here.getDataType());
      }
    }
    DataType type = merge(there.getDataType(), here.getDataType(), path);
    return type == there.getDataType() ? there : there.withDataType(type);
  }

  private static StructField widened(StructField column, DataType type) {
    return TypeWidening.from(column.getDataType(), column.withDataType(type));
  }

  private DataType merge(DataType there, DataType here, String path) {
    if (there instanceof StructType table && here instanceof StructType sink) {
      return merge(table, sink, path + ".");
    } else if (there instanceof ArrayType table && here instanceof ArrayType sink) {
      mergeInside(table.getElementType(), sink.getElementType(), path + ".element");
    } else if (there instanceof MapType table && here instanceof MapType sink) {
      mergeInside(table.getKeyType(), sink.getKeyType(), path + ".key");
      mergeInside(table.getValueType(), sink.getValueType(), path + ".value");
    } else if (!there.equals(here)) {
      conflicts.add(
          "column '%s': table %s, sink %s".formatted(path, TypeText.of(there), TypeText.of(here)));
    }
    return there;
  }

  /** What is inside of lists and maps stays as it is. */
  private void mergeInside(DataType there, DataType here, String path) {
    int before = missingNested.size();
    merge(there, here, path);
    while (missingNested.size() > before) {
      conflicts.add("field '" + missingNested.remove(before) + "' is not in the table");
    }
  }
}
