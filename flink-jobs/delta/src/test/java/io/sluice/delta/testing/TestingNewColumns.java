package io.sluice.delta.testing;

import io.sluice.delta.schema.SchemaChanges;
import io.sluice.delta.schema.SchemaPolicy;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.table.data.binary.BinarySegmentUtils;
import org.apache.flink.table.runtime.typeutils.RowDataSerializer;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.VarBinaryType;
import org.apache.flink.table.types.logical.VarCharType;

/** Rows that bring columns along in a field behind their own. */
public final class TestingNewColumns {

  static final String FIELD = "_new_columns";

  private static final RowType FIELD_TYPE =
      RowType.of(
          new LogicalType[] {VarCharType.STRING_TYPE, new VarBinaryType(VarBinaryType.MAX_LENGTH)},
          new String[] {"type", "row"});

  private TestingNewColumns() {}

  /** The rows of a sink, with the field behind. */
  static RowType with(RowType columns) {
    List<RowType.RowField> fields = new ArrayList<>(columns.getFields());
    fields.add(new RowType.RowField(FIELD, FIELD_TYPE));
    return new RowType(false, fields);
  }

  public static SchemaChanges changes(RowType columns, SchemaPolicy policy) {
    return SchemaChanges.of(policy).with(columns, with(columns), FIELD);
  }

  /** The field's value. */
  public static RowData field(RowType type, Object... values) {
    BinaryRowData row = new RowDataSerializer(type).toBinaryRow(GenericRowData.of(values));
    byte[] bytes =
        BinarySegmentUtils.copyToBytes(row.getSegments(), row.getOffset(), row.getSizeInBytes());
    return GenericRowData.of(StringData.fromString(type.asSerializableString()), bytes);
  }

  /** A row type of one column. */
  public static RowType column(String name, LogicalType type) {
    return RowType.of(new LogicalType[] {type}, new String[] {name});
  }
}
