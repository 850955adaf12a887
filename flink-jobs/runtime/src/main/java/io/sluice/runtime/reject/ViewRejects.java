package io.sluice.runtime.reject;

import java.io.Serializable;
import java.util.List;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.runtime.typeutils.InternalTypeInfo;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.VarCharType;
import org.apache.flink.util.OutputTag;

/**
 * Rows of a view that the view itself or one of its sinks rejected. There is no single Kafka record
 * behind most of them, so they stand in a table of their own, {@code rejected/<view>}, as JSON
 * text.
 *
 * <pre>
 *   view     its name
 *   stage    view: a silver row that the view cannot take in; sink: a result that a store refuses
 *   sink     jdbc or redis; null for the stage view
 *   rule     what refused it, such as postgres:22021 or arithmetic:total
 *   reason   a sentence, of at most {@value #MAX_REASON} characters
 *   key      the columns that identify the row, as a JSON object
 *   row      all columns, as a JSON object
 *   version  how many events are folded in; null for the stage view
 * </pre>
 */
public final class ViewRejects implements Serializable {
  private static final long serialVersionUID = 1L;

  static final int MAX_REASON = 1_000;
  private static final String VERSION = "_version";

  /** Layout of the table. */
  public static final RowType ROW_TYPE = rowType();

  public static final TypeInformation<RowData> TYPE = InternalTypeInfo.of(ROW_TYPE);

  /** Side output on which the operators of a view reject rows. */
  public static final OutputTag<RowData> OUTPUT = new OutputTag<>("view-rejects", TYPE);

  private final String view;
  private final RowJson keyJson;
  private final RowJson rowJson;
  private final int version;

  /**
   * @param view name of the view
   * @param rowType the rows that can be rejected; their version stands in {@code _version}, if they
   *     have one
   * @param key the columns of these rows that identify them
   */
  public ViewRejects(String view, RowType rowType, List<String> key) {
    this.view = view;
    this.keyJson = new RowJson(rowType, key);
    this.rowJson = new RowJson(rowType);
    this.version = rowType.getFieldIndex(VERSION);
  }

  private static RowType rowType() {
    LogicalType text = new VarCharType(false, VarCharType.MAX_LENGTH);
    return RowType.of(
        false,
        new LogicalType[] {
          text, text, text.copy(true), text, text, text, text, new BigIntType(true)
        },
        new String[] {"view", "stage", "sink", "rule", "reason", "key", "row", "version"});
  }

  /** A row that the view cannot take in. */
  public RowData view(RowData row, String rule, String reason) {
    return reject("view", null, row, rule, reason);
  }

  /**
   * A row that a sink does not take.
   *
   * @param sink the sink's kind, as pipelines name it
   */
  public RowData sink(String sink, RowData row, String rule, String reason) {
    return reject("sink", StringData.fromString(sink), row, rule, reason);
  }

  private RowData reject(String stage, StringData sink, RowData row, String rule, String reason) {
    return GenericRowData.of(
        StringData.fromString(view),
        StringData.fromString(stage),
        sink,
        StringData.fromString(rule),
        StringData.fromString(cut(reason)),
        StringData.fromString(keyJson.text(row)),
        StringData.fromString(rowJson.text(row)),
        version < 0 ? null : (Object) row.getLong(version));
  }

  private static String cut(String reason) {
    return reason.length() <= MAX_REASON ? reason : reason.substring(0, MAX_REASON - 3) + "...";
  }
}
