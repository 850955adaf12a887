package io.sluice.delta.parquet;

import io.sluice.delta.schema.FileColumns;
import java.util.List;
import java.util.Map;
import org.apache.flink.annotation.Internal;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.RowType;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.conf.ParquetConfiguration;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.io.api.RecordConsumer;
import org.apache.parquet.schema.MessageType;

/**
 * Streams rows into Parquet; keeps no reference to a row after {@link #write}.
 *
 * <p>Written by hand, because Kernel's writer takes columns, for which the rows of a file would
 * have to be gathered in memory first.
 */
@Internal
public final class RowDataWriteSupport extends WriteSupport<RowData> {

  private final MessageType schema;
  private final RowFields fields;
  private RecordConsumer consumer;

  public RowDataWriteSupport(RowType type, List<String> partitionColumns) {
    this(FileColumns.without(type, partitionColumns));
  }

  public RowDataWriteSupport(FileColumns columns) {
    schema = ParquetTypes.message(columns.type());
    fields = RowFields.of(columns);
  }

  @Override
  public WriteContext init(Configuration configuration) {
    return context();
  }

  @Override
  public WriteContext init(ParquetConfiguration configuration) {
    return context();
  }

  private WriteContext context() {
    return new WriteContext(schema, Map.of());
  }

  @Override
  public void prepareForWrite(RecordConsumer recordConsumer) {
    consumer = recordConsumer;
  }

  @Override
  public void write(RowData row) {
    consumer.startMessage();
    fields.write(consumer, row);
    consumer.endMessage();
  }
}
