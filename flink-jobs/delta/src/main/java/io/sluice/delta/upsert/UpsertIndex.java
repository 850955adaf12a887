package io.sluice.delta.upsert;

import java.io.IOException;
import java.time.Duration;
import java.util.UUID;
import org.apache.flink.api.common.state.KeyedStateStore;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.runtime.typeutils.InternalTypeInfo;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.IntType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;

/**
 * Key to the order value that it has seen last, and to the place of its row in the table: the id of
 * a data file and the position in it. No place means that the key is deleted, or that its row was
 * written by someone whose files this index does not know.
 *
 * <p>Keyed state; every method speaks of the current key.
 */
final class UpsertIndex {

  static final String STATE = "delta-index";

  /** Entries that the background clean-up may look at before it asks for the time again. */
  private static final long CLEANUP_BATCH = 1_000;

  private static final RowType ENTRY =
      RowType.of(
          new LogicalType[] {
            new BigIntType(false), new BigIntType(), new BigIntType(), new IntType(),
          },
          new String[] {"order", "file_high", "file_low", "position"});

  private final ValueState<RowData> entries;

  /**
   * @param retain how long an entry that does not change is remembered; null for ever
   */
  UpsertIndex(KeyedStateStore state, Duration retain) {
    ValueStateDescriptor<RowData> descriptor =
        new ValueStateDescriptor<>(STATE, InternalTypeInfo.of(ENTRY));
    if (retain != null) {
      descriptor.enableTimeToLive(
          StateTtlConfig.newBuilder(retain)
              .setUpdateType(StateTtlConfig.UpdateType.OnCreateAndWrite)
              .setStateVisibility(StateTtlConfig.StateVisibility.NeverReturnExpired)
              .cleanupInRocksdbCompactFilter(CLEANUP_BATCH)
              .build());
    }
    entries = state.getState(descriptor);
  }

  /** What the index knows of a key. */
  record Entry(long order, UUID file, int position) {

    boolean hasPlace() {
      return file != null;
    }
  }

  /** Null for a key never seen, or forgotten. */
  Entry get() throws IOException {
    RowData entry = entries.value();
    if (entry == null) {
      return null;
    }
    return entry.isNullAt(1)
        ? new Entry(entry.getLong(0), null, 0)
        : new Entry(
            entry.getLong(0), new UUID(entry.getLong(1), entry.getLong(2)), entry.getInt(3));
  }

  // A heap state backend keeps the row itself: never the same one twice.

  void putPlace(long order, UUID file, long position) throws IOException {
    entries.update(
        GenericRowData.of(
            order,
            file.getMostSignificantBits(),
            file.getLeastSignificantBits(),
            Math.toIntExact(position)));
  }

  /** The key is known to have seen a higher order value; its row stays where it was. */
  void raise(Entry known, long order) throws IOException {
    if (known.hasPlace()) {
      putPlace(order, known.file(), known.position());
    } else {
      putNoPlace(order);
    }
  }

  /** The key has no row, or none that the index could find. */
  void putNoPlace(long order) throws IOException {
    entries.update(GenericRowData.of(order, null, null, null));
  }
}
