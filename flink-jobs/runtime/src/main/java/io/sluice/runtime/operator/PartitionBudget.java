package io.sluice.runtime.operator;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;
import org.apache.flink.table.data.GenericRowData;

/**
 * How many partitions of a table the records of one Kafka partition may begin. Each partition is a
 * folder and at least one file per checkpoint, and who writes records names them. A partition that
 * was not named lately costs one of {@value #BURST} tokens; every {@value #RECORDS_PER_TOKEN}
 * records bring one back. Only the records of the Kafka partition in their order decide, and the
 * state, so a replay decides the same.
 */
final class PartitionBudget {
  static final int BURST = 1_000;
  static final int RECORDS_PER_TOKEN = 20;

  /** Partitions that are remembered; the one that was named first is forgotten first. */
  static final int KNOWN = 4_000;

  private static final int RECENT = 8;
  private static final int HEADER = 2;

  private final int[] columns;
  private final Set<Long> known = new LinkedHashSet<>();
  private final Object[][] recent = new Object[RECENT][];
  private final MessageDigest digest = sha256();
  private int nextRecent;
  private long tokens = BURST;
  private long sinceToken;

  /**
   * @param columns of rows, by which the table is partitioned
   * @param state as {@link #state} gave it, or null
   */
  PartitionBudget(int[] columns, long[] state) {
    this.columns = columns;
    if (state != null) {
      tokens = state[0];
      sinceToken = state[1];
      for (int i = HEADER; i < state.length; i++) {
        known.add(state[i]);
      }
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256.", e);
    }
  }

  /** Whether the row may go into its partition; counts it. */
  boolean admits(GenericRowData row) {
    if (++sinceToken >= RECORDS_PER_TOKEN) {
      sinceToken = 0;
      tokens = Math.min(tokens + 1, BURST);
    }
    if (isRecent(row)) {
      return true;
    }
    long id = id(row);
    if (!known.contains(id)) {
      if (tokens == 0) {
        return false;
      }
      tokens--;
      learn(id);
    }
    remember(row);
    return true;
  }

  private void learn(long id) {
    known.add(id);
    if (known.size() > KNOWN) {
      Iterator<Long> oldest = known.iterator();
      oldest.next();
      oldest.remove();
      // It may be among these, which a job that is restored does not have.
      Arrays.fill(recent, null);
    }
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

  /** What a checkpoint keeps. */
  long[] state() {
    long[] state = new long[HEADER + known.size()];
    state[0] = tokens;
    state[1] = sinceToken;
    int i = HEADER;
    for (long id : known) {
      state[i++] = id;
    }
    return state;
  }
}
