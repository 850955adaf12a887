package io.sluice.runtime.stage;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import org.apache.flink.table.data.GenericRowData;

/**
 * How many partitions of a table the records between two barriers may name. Each is a folder, and
 * at least one file per checkpoint that is forced to disk, and who writes records names them.
 */
final class PartitionLimit {
  /** Partitions per subtask and checkpoint. Writing so many files takes some ten seconds. */
  static final int PER_CHECKPOINT = 5_000;

  private static final int RECENT = 8;

  private final int[] columns;
  private final Set<Long> named = new HashSet<>();
  private final Object[][] recent = new Object[RECENT][];
  private final MessageDigest digest = sha256();
  private int nextRecent;

  /**
   * A limit.
   *
   * @param columns of rows, by which the table is partitioned; none for a table that is not
   */
  PartitionLimit(int[] columns) {
    this.columns = columns;
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256.", e);
    }
  }

  /** Whether the row may go into its partition. */
  boolean admits(GenericRowData row) {
    if (columns.length == 0 || isRecent(row)) {
      return true;
    }
    long id = id(row);
    if (named.size() >= PER_CHECKPOINT && !named.contains(id)) {
      return false;
    }
    named.add(id);
    remember(row);
    return true;
  }

  /** Begins the next checkpoint. */
  void clear() {
    named.clear();
    Arrays.fill(recent, null);
  }

  /** The usual case, without a new object. */
  private boolean isRecent(GenericRowData row) {
    for (Object[] values : recent) {
      if (values != null && matches(row, values)) {
        return true;
      }
    }
    return false;
  }

  private boolean matches(GenericRowData row, Object[] values) {
    for (int i = 0; i < columns.length; i++) {
      if (!Objects.equals(row.getField(columns[i]), values[i])) {
        return false;
      }
    }
    return true;
  }

  private void remember(GenericRowData row) {
    Object[] values = new Object[columns.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = row.getField(columns[i]);
    }
    recent[nextRecent] = values;
    nextRecent = (nextRecent + 1) % RECENT;
  }

  /** Nobody finds values that share one, so that they pass for each other. */
  private long id(GenericRowData row) {
    for (int column : columns) {
      Object value = row.getField(column);
      byte[] text = value == null ? null : value.toString().getBytes(StandardCharsets.UTF_8);
      digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, text == null ? -1 : text.length));
      if (text != null) {
        digest.update(text);
      }
    }
    return ByteBuffer.wrap(digest.digest()).getLong();
  }
}
