package io.sluice.delta.sink;

import java.util.Arrays;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.binary.BinaryStringData;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;

/**
 * Reads some columns of a row as a key, compares it with keys seen before, and copies only keys
 * never seen.
 */
final class KeyReader {

  private final int[] positions;
  private final LogicalType[] types;
  private final RowData.FieldGetter[] getters;

  KeyReader(RowType rowType, int[] positions) {
    this.positions = positions;
    types = new LogicalType[positions.length];
    getters = new RowData.FieldGetter[positions.length];
    for (int i = 0; i < positions.length; i++) {
      types[i] = rowType.getTypeAt(positions[i]);
      getters[i] = RowData.createFieldGetter(types[i], positions[i]);
    }
  }

  /**
   * Whether the row's key equals a copied key; allocates nothing for integers, dates, booleans and
   * strings.
   */
  boolean matches(RowData row, Object[] key) {
    for (int i = 0; i < positions.length; i++) {
      if (!matches(row, i, key[i])) {
        return false;
      }
    }
    return true;
  }

  private boolean matches(RowData row, int i, Object known) {
    int at = positions[i];
    if (row.isNullAt(at) || known == null) {
      return row.isNullAt(at) && known == null;
    }
    return switch (types[i].getTypeRoot()) {
      case INTEGER, DATE -> row.getInt(at) == (Integer) known;
      case BIGINT -> row.getLong(at) == (Long) known;
      case BOOLEAN -> row.getBoolean(at) == (Boolean) known;
      case CHAR, VARCHAR -> row.getString(at).equals(known);
      case BINARY, VARBINARY -> Arrays.equals(row.getBinary(at), (byte[]) known);
      default -> getters[i].getFieldOrNull(row).equals(known);
    };
  }

  /**
   * The key as objects of its own: StringData, DecimalData, TimestampData, boxed numbers, byte[] or
   * null.
   */
  Object[] copy(RowData row) {
    Object[] key = new Object[positions.length];
    for (int i = 0; i < positions.length; i++) {
      key[i] = copy(getters[i].getFieldOrNull(row));
    }
    return key;
  }

  private static Object copy(Object value) {
    if (value instanceof StringData text) {
      return BinaryStringData.fromString(text.toString());
    }
    if (value instanceof DecimalData decimal) {
      return decimal.copy();
    }
    return value instanceof byte[] bytes ? bytes.clone() : value;
  }

  LogicalType type(int i) {
    return types[i];
  }
}
