package io.sluice.runtime.operator;

import io.sluice.definition.Column;
import io.sluice.runtime.codec.AddedFields;
import io.sluice.runtime.codec.AvroRowReader;
import io.sluice.runtime.codec.CodecException;
import io.sluice.runtime.codec.ConfluentHeader;
import io.sluice.runtime.codec.IncompatibleSchemaException;
import io.sluice.runtime.codec.RowTypes;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.table.data.binary.BinarySegmentUtils;
import org.apache.flink.table.runtime.typeutils.RowDataSerializer;
import org.apache.flink.table.types.logical.RowType;

/** Decodes the records of one schema id, with or without the columns that only its writer has. */
final class RecordDecoder {
  private final AvroRowReader reader;
  private final int known;
  private final int newColumns;

  /** What follows is null when only the columns of the dataset are read. */
  private final GenericRowData all;

  private final GenericRowData added;
  private final RowDataSerializer serializer;
  private final StringData type;

  private RecordDecoder(AvroRowReader reader, int known, int newColumns, List<Column> columns) {
    this.reader = reader;
    this.known = known;
    this.newColumns = newColumns;
    if (columns.isEmpty()) {
      all = null;
      added = null;
      serializer = null;
      type = null;
    } else {
      RowType rowType = RowTypes.rowType(columns);
      all = new GenericRowData(known + columns.size());
      added = new GenericRowData(columns.size());
      serializer = new RowDataSerializer(rowType);
      type = StringData.fromString(rowType.asSerializableString());
    }
  }

  /**
   * Reads the columns of the dataset only.
   *
   * @param newColumns where rows hold new columns
   */
  static RecordDecoder of(Schema writer, Schema reader, int newColumns)
      throws IncompatibleSchemaException {
    return new RecordDecoder(
        AvroRowReader.create(writer, reader), reader.getFields().size(), newColumns, List.of());
  }

  /** Reads the columns of the dataset and those that the writer adds. */
  static RecordDecoder of(Schema writer, AddedFields added, int newColumns)
      throws IncompatibleSchemaException {
    int known = added.reader().getFields().size() - added.columns().size();
    return new RecordDecoder(
        AvroRowReader.create(writer, added.reader()), known, newColumns, added.columns());
  }

  /** Fills the columns of the dataset, and the field of new columns. */
  void decode(byte[] value, GenericRowData row) throws CodecException {
    int length = value.length - ConfluentHeader.LENGTH;
    if (all == null) {
      reader.read(value, ConfluentHeader.LENGTH, length, row);
      row.setField(newColumns, null);
      return;
    }
    reader.read(value, ConfluentHeader.LENGTH, length, all);
    for (int i = 0; i < known; i++) {
      row.setField(i, all.getField(i));
    }
    for (int i = 0; i < added.getArity(); i++) {
      added.setField(i, all.getField(known + i));
    }
    row.setField(newColumns, GenericRowData.of(type, bytes(serializer.toBinaryRow(added))));
  }

  private static byte[] bytes(BinaryRowData row) {
    return BinarySegmentUtils.copyToBytes(row.getSegments(), row.getOffset(), row.getSizeInBytes());
  }
}
