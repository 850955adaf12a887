package io.sluice.delta.parquet;

import io.delta.kernel.Snapshot;
import io.delta.kernel.internal.actions.Protocol;
import io.delta.kernel.internal.types.DataTypeJsonSerDe;
import io.delta.kernel.internal.util.ColumnMapping;
import io.delta.kernel.types.StructField;
import io.delta.kernel.types.StructType;
import io.sluice.delta.log.ReaderFeatures;
import io.sluice.delta.schema.FlinkTypes;
import io.sluice.delta.schema.RefusedTableException;
import io.sluice.delta.schema.TypeText;
import io.sluice.delta.storage.TableStorage;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.flink.annotation.Internal;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;

/**
 * The columns that are read of a table: how people call them, and how the data files do. With
 * column mapping the two differ.
 */
@Internal
public final class ReadSchema implements Serializable {

  private static final long serialVersionUID = 1L;

  private final String table;
  private final long version;

  /** As JSON, because Kernel's types cannot be serialised. */
  private final String logical;

  private final String physical;

  private ReadSchema(TableStorage table, long version, StructType logical, StructType physical) {
    this.table = table.toString();
    this.version = version;
    this.logical = logical.toJson();
    this.physical = physical.toJson();
  }

  /**
   * @param columns names in the wanted order; empty for all
   * @throws RefusedTableException if the table needs what this reader does not support
   * @throws IllegalArgumentException if there is no such column
   */
  public static ReadSchema of(TableStorage table, Snapshot snapshot, List<String> columns) {
    Protocol protocol = snapshot.getProtocol();
    ReaderFeatures.check(
        table, snapshot.getVersion(), protocol.getMinReaderVersion(), protocol.getReaderFeatures());
    StructType all = snapshot.getSchema();
    StructType wanted = select(table, all, columns);
    return new ReadSchema(
        table, snapshot.getVersion(), wanted, physical(wanted, all, snapshot.getTableProperties()));
  }

  private static StructType physical(
      StructType wanted, StructType all, Map<String, String> properties) {
    return ColumnMapping.convertToPhysicalSchema(
        wanted, all, ColumnMapping.getColumnMappingMode(properties));
  }

  private static StructType select(TableStorage table, StructType schema, List<String> columns) {
    if (columns.isEmpty()) {
      return schema;
    }
    List<StructField> fields = new ArrayList<>();
    for (String column : columns) {
      if (schema.indexOf(column) < 0) {
        throw new IllegalArgumentException(
            "Table " + table + " has no column '" + column + "'; it has " + schema.fieldNames());
      }
      fields.add(schema.get(column));
    }
    return new StructType(fields);
  }

  public StructType logical() {
    return DataTypeJsonSerDe.deserializeStructType(logical);
  }

  /** The columns that are read, in their order, as data files and partition values name them. */
  public StructType physical() {
    return DataTypeJsonSerDe.deserializeStructType(physical);
  }

  public RowType rowType() {
    return FlinkTypes.toFlink(logical());
  }

  /**
   * Fails unless another version has the same columns. A column that is not there yet reads as
   * null; one that is gone again does not.
   *
   * @param schema all columns of that version
   */
  public void check(long otherVersion, StructType schema, Map<String, String> properties) {
    StructType mine = logical();
    List<StructField> present =
        mine.fields().stream().filter(field -> schema.indexOf(field.getName()) >= 0).toList();
    if (present.size() < mine.length() && otherVersion > version) {
      List<String> gone = new ArrayList<>(mine.fieldNames());
      gone.removeAll(schema.fieldNames());
      throw changed(otherVersion, "the column " + String.join(", ", gone) + " is gone");
    }
    StructType there =
        new StructType(present.stream().map(field -> schema.get(field.getName())).toList());
    checkTypes(otherVersion, there, physical(there, schema, properties));
  }

  private void checkTypes(long otherVersion, StructType there, StructType physicalThere) {
    List<String> names = logical().fieldNames();
    List<LogicalType> here = FlinkTypes.toFlink(physical()).getChildren();
    List<String> physicalNames = physical().fieldNames();
    List<LogicalType> found = FlinkTypes.toFlink(physicalThere).getChildren();
    IntStream.range(0, there.length())
        .forEach(
            i -> {
              int at = names.indexOf(there.at(i).getName());
              if (!here.get(at).equals(found.get(i))) {
                throw changed(
                    otherVersion,
                    "the column %s was %s and is %s"
                        .formatted(
                            names.get(at),
                            TypeText.of(logical().at(at).getDataType()),
                            TypeText.of(there.at(i).getDataType())));
              }
              if (!physicalNames.get(at).equals(physicalThere.at(i).getName())) {
                throw changed(
                    otherVersion, "the column " + names.get(at) + " is another one of this name");
              }
            });
  }

  private RefusedTableException changed(long otherVersion, String what) {
    return new RefusedTableException(
        ("Table %s changes the columns that are read: between version %d and version %d %s. Stop the job and"
                + " start it again on one side of the change, reading columns that are there")
            .formatted(
                table, Math.min(version, otherVersion), Math.max(version, otherVersion), what));
  }
}
