package io.sluice.delta.testing;

import io.sluice.delta.schema.SchemaChanges;
import io.sluice.delta.schema.SchemaPolicy;
import io.sluice.delta.schema.TableLayout;
import io.sluice.delta.schema.UpsertKey;
import java.util.List;
import java.util.Map;
import org.apache.flink.table.types.logical.RowType;

/** Layouts of tables each of whose rows goes into its own partition. */
public final class TestingLayout {
  private static final SchemaChanges EVOLVE = SchemaChanges.of(SchemaPolicy.EVOLVE);

  private TestingLayout() {}

  /** A table that is only appended to, not compacted, and takes new columns. */
  public static TableLayout append(RowType type, List<String> partitions, long fileSize) {
    return append(type, partitions, fileSize, EVOLVE);
  }

  /** A table that is only appended to, and not compacted. */
  public static TableLayout append(
      RowType type, List<String> partitions, long fileSize, SchemaChanges changes) {
    return new TableLayout(type, partitions, fileSize, null, false, changes, Map.of());
  }

  /** A table with a row per key that is not compacted, and takes new columns. */
  public static TableLayout upsert(
      RowType type, List<String> partitions, long fileSize, UpsertKey key) {
    return new TableLayout(type, partitions, fileSize, key, false, EVOLVE, Map.of());
  }

  /**
   * A table that is compacted, and takes new columns.
   *
   * @param key null for a table that is only appended to
   */
  public static TableLayout compacted(
      RowType type, List<String> partitions, long fileSize, UpsertKey key) {
    return new TableLayout(type, partitions, fileSize, key, true, EVOLVE, Map.of());
  }
}
