package io.sluice.runtime.codec;

import java.io.IOException;
import org.apache.flink.table.data.GenericRowData;

/**
 * Reads a record field by field in the writer's order; fields that the writer does not have get
 * their defaults.
 */
final class RecordReader implements ValueReader {
  /** The position of a field that the reader does not have. */
  static final int DROPPED = -1;

  private final int arity;
  private final ValueReader[] fields;
  private final int[] positions;
  private final Object[] defaults;
  private final int[] defaultPositions;

  /**
   * @param arity fields of the reader's record
   * @param fields one per field of the writer's record
   * @param positions where each goes, or {@link #DROPPED}
   */
  RecordReader(
      int arity, ValueReader[] fields, int[] positions, Object[] defaults, int[] defaultPositions) {
    this.arity = arity;
    this.fields = fields;
    this.positions = positions;
    this.defaults = defaults;
    this.defaultPositions = defaultPositions;
  }

  @Override
  public GenericRowData read(AvroInput in) throws IOException, CodecException {
    GenericRowData row = new GenericRowData(arity);
    readInto(in, row);
    return row;
  }

  void readInto(AvroInput in, GenericRowData row) throws IOException, CodecException {
    for (int i = 0; i < fields.length; i++) {
      Object value = fields[i].read(in);
      int position = positions[i];
      if (position != DROPPED) {
        row.setField(position, value);
      }
    }
    for (int i = 0; i < defaults.length; i++) {
      row.setField(defaultPositions[i], defaults[i]);
    }
  }
}
