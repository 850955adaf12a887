package io.sluice.runtime.ledger;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.data.GenericMapData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.MapData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.runtime.typeutils.InternalTypeInfo;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.MapType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.VarCharType;
import org.apache.flink.util.OutputTag;

/**
 * What one stage, or all of them, did since the last barrier. A stage counts here while it works
 * and hands the counts to the ledger right before each barrier, so that they describe exactly the
 * records of that checkpoint.
 */
public final class StageCounts {
  private static final LogicalType COUNT = new BigIntType(false);
  private static final LogicalType COUNTS_BY_NAME =
      new MapType(false, new VarCharType(false, VarCharType.MAX_LENGTH), COUNT);

  /** Layout of the counts of the dataset alone, as the ledger keeps them in its state. */
  static final RowType DATASET_TYPE =
      RowType.of(
          false,
          new LogicalType[] {
            COUNT,
            COUNT,
            COUNT,
            COUNT,
            COUNTS_BY_NAME,
            COUNTS_BY_NAME,
            COUNTS_BY_NAME,
            COUNTS_BY_NAME
          },
          new String[] {
            "consumed",
            "silver",
            "duplicates",
            "filtered",
            "rejected_by_rule",
            "kept_by_rule",
            "from_offsets",
            "to_offsets"
          });

  /** Layout of the counts on their way to the ledger. */
  public static final RowType ROW_TYPE = withViews(DATASET_TYPE);

  private static final int VIEWS = DATASET_TYPE.getFieldCount();

  public static final TypeInformation<RowData> TYPE = InternalTypeInfo.of(ROW_TYPE);

  /** Side output on which every stage reports. */
  public static final OutputTag<RowData> OUTPUT = new OutputTag<>("ledger", TYPE);

  private long consumed;
  private long silver;
  private long duplicates;

  /** Zero until a stage drops records by a condition; tables and savepoints have the column. */
  private long filtered;

  private final Map<String, ViewCounts> views = new HashMap<>();
  private final Map<String, Tally> rejected = new HashMap<>();
  private final Map<String, Tally> kept = new HashMap<>();
  private final Map<String, Long> from = new HashMap<>();
  private final Map<String, Long> to = new HashMap<>();

  private static final class Tally {
    private long count;
  }

  private static RowType withViews(RowType dataset) {
    List<RowType.RowField> fields = new ArrayList<>(dataset.getFields());
    fields.add(
        new RowType.RowField(
            "views",
            new MapType(
                false, new VarCharType(false, VarCharType.MAX_LENGTH), ViewCounts.ROW_TYPE)));
    return new RowType(false, fields);
  }

  /** Counts a record that entered the job. */
  public void consumed(String topicPartition, long offset) {
    consumed++;
    from.merge(topicPartition, offset, Math::min);
    to.merge(topicPartition, offset + 1, Math::max);
  }

  public void silver() {
    silver++;
  }

  public void duplicate() {
    duplicates++;
  }

  public void rejected(String rule) {
    rejected.computeIfAbsent(rule, r -> new Tally()).count++;
  }

  /** Counts a record that broke a rule of severity warning or info and went on. */
  public void kept(String rule) {
    kept.computeIfAbsent(rule, r -> new Tally()).count++;
  }

  /** What became of the events of a view; the same object until the counts are cleared. */
  public ViewCounts view(String name) {
    return views.computeIfAbsent(name, n -> new ViewCounts());
  }

  /** What became of the events of each view. */
  Map<String, ViewCounts> views() {
    return views;
  }

  /** Whether there is nothing to report of the dataset's records. */
  public boolean isEmpty() {
    return consumed == 0
        && silver == 0
        && duplicates == 0
        && filtered == 0
        && rejected.isEmpty()
        && kept.isEmpty();
  }

  public long consumedCount() {
    return consumed;
  }

  public long silverCount() {
    return silver;
  }

  public long duplicateCount() {
    return duplicates;
  }

  public long filteredCount() {
    return filtered;
  }

  public long rejectedCount() {
    return rejected.values().stream().mapToLong(t -> t.count).sum();
  }

  /** Consumed minus everything that is accounted for; zero unless an event was lost or doubled. */
  public long gap() {
    return consumed - silver - rejectedCount() - duplicates - filtered;
  }

  /** The counts as a row for the ledger. */
  public RowData toRow() {
    Map<StringData, RowData> byView = new HashMap<>();
    views.forEach((name, counts) -> byView.put(StringData.fromString(name), counts.toRow()));
    GenericRowData row = datasetRow(VIEWS + 1);
    row.setField(VIEWS, new GenericMapData(byView));
    return row;
  }

  /** The counts of the dataset's records alone. */
  RowData datasetRow() {
    return datasetRow(VIEWS);
  }

  private GenericRowData datasetRow(int arity) {
    GenericRowData row = new GenericRowData(arity);
    row.setField(0, consumed);
    row.setField(1, silver);
    row.setField(2, duplicates);
    row.setField(3, filtered);
    row.setField(4, rejectedByRule());
    row.setField(5, keptByRule());
    row.setField(6, offsets(from));
    row.setField(7, offsets(to));
    return row;
  }

  public MapData rejectedByRule() {
    return tallies(rejected);
  }

  public MapData keptByRule() {
    return tallies(kept);
  }

  /** "topic/partition" to the first offset counted. */
  public MapData fromOffsets() {
    return offsets(from);
  }

  /** "topic/partition" to the offset behind the last one counted. */
  public MapData toOffsets() {
    return offsets(to);
  }

  /** Adds the counts of another stage. */
  public void add(RowData row) {
    addDataset(row);
    MapData byView = row.getMap(VIEWS);
    ArrayData names = byView.keyArray();
    ArrayData counts = byView.valueArray();
    for (int i = 0; i < byView.size(); i++) {
      view(names.getString(i).toString())
          .add(counts.getRow(i, ViewCounts.ROW_TYPE.getFieldCount()));
    }
  }

  /** Adds counts of the dataset's records. */
  void addDataset(RowData row) {
    consumed += row.getLong(0);
    silver += row.getLong(1);
    duplicates += row.getLong(2);
    filtered += row.getLong(3);
    each(row.getMap(4), (rule, n) -> rejected.computeIfAbsent(rule, r -> new Tally()).count += n);
    each(row.getMap(5), (rule, n) -> kept.computeIfAbsent(rule, r -> new Tally()).count += n);
    each(row.getMap(6), (group, offset) -> from.merge(group, offset, Math::min));
    each(row.getMap(7), (group, offset) -> to.merge(group, offset, Math::max));
  }

  /** Starts again at zero. */
  public void clear() {
    consumed = 0;
    silver = 0;
    duplicates = 0;
    filtered = 0;
    rejected.clear();
    kept.clear();
    from.clear();
    to.clear();
    views.clear();
  }

  private static MapData tallies(Map<String, Tally> tallies) {
    Map<StringData, Long> map = new HashMap<>();
    tallies.forEach((name, tally) -> map.put(StringData.fromString(name), tally.count));
    return new GenericMapData(map);
  }

  private static MapData offsets(Map<String, Long> offsets) {
    Map<StringData, Long> map = new HashMap<>();
    offsets.forEach((group, offset) -> map.put(StringData.fromString(group), offset));
    return new GenericMapData(map);
  }

  /** One count by its name. */
  interface Entry {
    void accept(String name, long number);
  }

  static void each(MapData map, Entry entry) {
    ArrayData keys = map.keyArray();
    ArrayData values = map.valueArray();
    for (int i = 0; i < map.size(); i++) {
      entry.accept(keys.getString(i).toString(), values.getLong(i));
    }
  }
}
