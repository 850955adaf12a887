package io.sluice.cli.query;

import java.sql.Array;
import java.sql.Blob;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Struct;
import java.sql.Timestamp;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The values of a DuckDB result as the tables' own: {@link io.sluice.cli.platform.Tables.Rows}. */
final class DuckValues {
  private final ResultSet result;

  DuckValues(ResultSet result) {
    this.result = result;
  }

  /** The value of a column, counted from 1. */
  Object get(int column) throws SQLException {
    Object value = result.getObject(column);
    // java.sql.Timestamp goes through the machine's time zone.
    return value instanceof Timestamp
        ? result.getObject(column, LocalDateTime.class)
        : plain(value);
  }

  private static Object plain(Object value) throws SQLException {
    if (value instanceof OffsetDateTime time) {
      return time.toInstant();
    } else if (value instanceof Timestamp time) {
      return time.toLocalDateTime();
    } else if (value instanceof Blob blob) {
      return blob.getBytes(1, (int) blob.length());
    } else if (value instanceof Array array) {
      List<Object> list = new ArrayList<>();
      for (Object element : (Object[]) array.getArray()) {
        list.add(plain(element));
      }
      return list;
    } else if (value instanceof org.duckdb.DuckDBStruct struct) {
      return map(struct.getMap());
    } else if (value instanceof Map<?, ?> map) {
      return map(map);
    } else if (value instanceof Struct struct) {
      return struct.toString();
    }
    return value;
  }

  private static Map<String, Object> map(Map<?, ?> map) throws SQLException {
    Map<String, Object> plain = new LinkedHashMap<>();
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      plain.put(String.valueOf(entry.getKey()), plain(entry.getValue()));
    }
    return plain;
  }
}
