package io.sluice.runtime.silver;

import io.sluice.definition.model.Column;
import io.sluice.definition.model.Dataset;
import io.sluice.definition.model.Pipeline;
import io.sluice.runtime.row.RawRecord;
import io.sluice.runtime.row.RowTypes;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.VarBinaryType;
import org.apache.flink.table.types.logical.VarCharType;

/**
 * Where the columns of one dataset stand on their way to silver.
 *
 * <pre>
 *   silver row    dataset columns, derived columns, provenance
 *   stream row    silver row + _new_columns (fields that only the writer's schema has, null without)
 *                 + _kept (rules of severity warning and info that it breaks, null without)
 *                 + _watermark (the partition's event-time progress before the record)
 *   working row   stream row + the raw record, so that any stage can turn the record away as it came
 * </pre>
 */
public final class SilverLayout implements Serializable {
  private static final long serialVersionUID = 1L;

  /** The field of a stream row that brings along what the contract does not know. */
  public static final String NEW_COLUMNS = "_new_columns";

  /** A serialisable row type of nullable columns, and a binary row of it. */
  private static final RowType NEW_COLUMNS_TYPE =
      RowType.of(
          new LogicalType[] {VarCharType.STRING_TYPE, new VarBinaryType(VarBinaryType.MAX_LENGTH)},
          new String[] {"type", "row"});

  private final Dataset dataset;
  private final List<Pipeline.Derivation> derivations;
  private final ArrayList<Column> columns;
  private final RowType silverType;
  private final RowType streamType;
  private final RowType workingType;

  public SilverLayout(Dataset dataset, List<Pipeline.Derivation> derivations) {
    this.dataset = dataset;
    this.derivations = List.copyOf(derivations);
    this.columns = new ArrayList<>(dataset.columns());
    derivations.forEach(d -> columns.add(new Column(d.name(), d.expression().type(), true)));
    columns.addAll(Pipeline.PROVENANCE);
    this.silverType = RowTypes.rowType(columns);
    this.streamType =
        with(
            with(with(silverType, NEW_COLUMNS, NEW_COLUMNS_TYPE), "_kept", VarCharType.STRING_TYPE),
            "_watermark",
            new BigIntType(false));
    this.workingType = with(streamType, "_raw", RawRecord.ROW_TYPE);
  }

  private static RowType with(RowType type, String name, LogicalType added) {
    List<RowType.RowField> fields = new ArrayList<>(type.getFields());
    fields.add(new RowType.RowField(name, added));
    return new RowType(false, fields);
  }

  public Dataset dataset() {
    return dataset;
  }

  public List<Pipeline.Derivation> derivations() {
    return derivations;
  }

  /** All columns of the silver table. */
  public List<Column> columns() {
    return List.copyOf(columns);
  }

  /** The type of a row of the silver table. */
  public RowType silverType() {
    return silverType;
  }

  public RowType streamType() {
    return streamType;
  }

  public RowType workingType() {
    return workingType;
  }

  /** Index of the first derived column. */
  public int firstDerived() {
    return dataset.columns().size();
  }

  private int firstProvenance() {
    return columns.size() - Pipeline.PROVENANCE.size();
  }

  public int topic() {
    return firstProvenance();
  }

  public int partition() {
    return firstProvenance() + 1;
  }

  public int offset() {
    return firstProvenance() + 2;
  }

  public int schemaId() {
    return firstProvenance() + 3;
  }

  public int ingestionTime() {
    return firstProvenance() + 4;
  }

  /** The position of {@link #NEW_COLUMNS} in a stream or working row. */
  public int newColumns() {
    return columns.size();
  }

  /** Indices of the expectations that a row breaks and is kept in spite of, with commas between. */
  public int kept() {
    return columns.size() + 1;
  }

  public int watermark() {
    return columns.size() + 2;
  }

  public int raw() {
    return columns.size() + 3;
  }

  /** The raw record inside a working row. */
  public RowData rawOf(RowData working) {
    return working.getRow(raw(), RawRecord.ROW_TYPE.getFieldCount());
  }

  /** Whether the working row announces a partition. */
  public boolean isAnnouncement(RowData working) {
    return RawRecord.isAnnouncement(rawOf(working));
  }

  /** Arrival of a silver, stream or working row: its Kafka timestamp in epoch milliseconds. */
  public long arrivalMillis(RowData row) {
    return row.getTimestamp(ingestionTime(), RawRecord.TIMESTAMP_PRECISION).getMillisecond();
  }

  /**
   * The index of a silver column.
   *
   * @throws NoSuchElementException if there is none; the definition was checked before
   */
  public int indexOf(String column) {
    int index = silverType.getFieldIndex(column);
    if (index < 0) {
      throw new NoSuchElementException(
          "Dataset %s has no column '%s' in silver. Its columns: %s"
              .formatted(dataset.name(), column, silverType.getFieldNames()));
    }
    return index;
  }
}
