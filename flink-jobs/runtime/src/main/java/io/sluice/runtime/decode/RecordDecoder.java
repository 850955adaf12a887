package io.sluice.runtime.decode;

import io.sluice.runtime.codec.AvroRowReader;
import io.sluice.runtime.codec.CodecException;
import io.sluice.runtime.codec.ConfluentHeader;
import io.sluice.runtime.codec.IncompatibleSchemaException;
import org.apache.avro.Schema;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.table.data.binary.BinarySegmentUtils;
import org.apache.flink.table.runtime.typeutils.RowDataSerializer;

/**
 * Decodes the records of one schema id, with or without the columns that its writer has beyond the
 * contract: new ones, and wider ones.
 */
public final class RecordDecoder {
  private final AvroRowReader reader;
  private final WiderColumns wider;
  private final int known;
  private final int newColumns;

  /** What follows is null when only the columns of the dataset are read. */
  private final GenericRowData all;

  /** Where {@link #all} holds the columns that travel on. */
  private final int[] positions;

  private final NewColumnCasts casts;
  private final GenericRowData added;
  private final RowDataSerializer serializer;
  private final StringData type;

  private RecordDecoder(AvroRowReader reader, WiderColumns wider, int newColumns) {
    this.reader = reader;
    this.wider = wider;
    this.known = wider.reader().getFields().size();
    this.newColumns = newColumns;
    all = null;
    positions = null;
    casts = null;
    added = null;
    serializer = null;
    type = null;
  }

  private RecordDecoder(
      AvroRowReader reader,
      WiderColumns wider,
      Schema readerSchema,
      int newColumns,
      NewColumnCasts casts) {
    this.reader = reader;
    this.wider = wider;
    this.known = wider.reader().getFields().size();
    this.newColumns = newColumns;
    this.casts = casts;
    all = new GenericRowData(readerSchema.getFields().size());
    positions =
        casts.type().getFieldNames().stream()
            .mapToInt(name -> readerSchema.getField(name).pos())
            .toArray();
    added = new GenericRowData(positions.length);
    serializer = new RowDataSerializer(casts.type());
    type = StringData.fromString(casts.type().asSerializableString());
  }

  /**
   * Reads the columns of the dataset only.
   *
   * @param newColumns where rows hold new columns
   */
  static RecordDecoder of(Schema writer, WiderColumns wider, int newColumns)
      throws IncompatibleSchemaException {
    return new RecordDecoder(AvroRowReader.create(writer, wider.reader()), wider, newColumns);
  }

  /**
   * Reads the columns of the dataset, and those of the writer that travel on.
   *
   * @param added beside those of {@code wider}
   * @param casts of those that travel on, at least one of {@code added} or {@code wider}
   */
  static RecordDecoder of(
      Schema writer, WiderColumns wider, NewColumns added, int newColumns, NewColumnCasts casts)
      throws IncompatibleSchemaException {
    return new RecordDecoder(
        AvroRowReader.create(writer, added.reader()), wider, added.reader(), newColumns, casts);
  }

  /** Fills the columns of the dataset, and the field of new columns. */
  public void decode(byte[] value, GenericRowData row) throws CodecException {
    int length = value.length - ConfluentHeader.LENGTH;
    if (all == null) {
      reader.read(value, ConfluentHeader.LENGTH, length, row);
      wider.narrow(row);
      row.setField(newColumns, null);
      return;
    }
    reader.read(value, ConfluentHeader.LENGTH, length, all);
    for (int i = 0; i < positions.length; i++) {
      added.setField(i, casts.cast(i, all.getField(positions[i])));
    }
    wider.narrow(all);
    for (int i = 0; i < known; i++) {
      row.setField(i, all.getField(i));
    }
    row.setField(newColumns, GenericRowData.of(type, bytes(serializer.toBinaryRow(added))));
  }

  private static byte[] bytes(BinaryRowData row) {
    return BinarySegmentUtils.copyToBytes(row.getSegments(), row.getOffset(), row.getSizeInBytes());
  }
}
