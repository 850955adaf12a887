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

  private final String[] names;
  private final ValueReader[] fields;
  private final int[] positions;
  private final Object[] defaults;
  private final int[] defaultPositions;

  /**
   * @param names of the fields of the reader's record
   * @param fields one per field of the writer's record
   * @param positions where each goes, or {@link #DROPPED}
   */
  RecordReader(
      String[] names,
      ValueReader[] fields,
      int[] positions,
      Object[] defaults,
      int[] defaultPositions) {
    this.names = names;
    this.fields = fields;
    this.positions = positions;
    this.defaults = defaults;
    this.defaultPositions = defaultPositions;
  }

  @Override
  public GenericRowData read(AvroInput in) throws IOException, CodecException {
    in.spendDefaults(defaults.length);
    GenericRowData row = new GenericRowData(names.length);
    readInto(in, row);
    return row;
  }

  void readInto(AvroInput in, GenericRowData row) throws IOException, CodecException {
    for (int i = 0; i < fields.length; i++) {
      int position = positions[i];
      Object value;
      try {
        value = fields[i].read(in);
      } catch (CodecException e) {
        throw position == DROPPED ? e : e.in(names[position]);
      }
      if (position != DROPPED) {
        row.setField(position, value);
      }
    }
    for (int i = 0; i < defaults.length; i++) {
      row.setField(defaultPositions[i], defaults[i]);
    }
  }
}
