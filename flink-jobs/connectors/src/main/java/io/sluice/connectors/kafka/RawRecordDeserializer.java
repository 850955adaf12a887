package io.sluice.connectors.kafka;

import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.table.data.GenericArrayData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.runtime.typeutils.InternalTypeInfo;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/**
 * Turns every Kafka record, with a null key or a null value too, into a {@link KafkaRecords} row.
 */
final class RawRecordDeserializer implements KafkaRecordDeserializationSchema<RowData> {
  private static final long serialVersionUID = 1L;
  private static final int FIELDS = KafkaRecords.ROW_TYPE.getFieldCount();

  /** Tables count timestamps in microseconds, which end here. */
  private static final long FIRST_MILLI = Long.MIN_VALUE / 1000;

  private static final long LAST_MILLI = Long.MAX_VALUE / 1000;

  private transient String topicText;
  private transient StringData topic;

  @Override
  public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<RowData> out) {
    // One topic per source: the client hands out the same String again and again.
    if (!record.topic().equals(topicText)) {
      topicText = record.topic();
      topic = StringData.fromString(topicText);
    }
    GenericRowData row = new GenericRowData(FIELDS);
    row.setField(0, topic);
    row.setField(1, record.partition());
    row.setField(2, record.offset());
    row.setField(3, TimestampData.fromEpochMillis(arrival(record.timestamp())));
    row.setField(4, record.key());
    row.setField(5, record.value());
    row.setField(6, headers(record.headers().toArray()));
    out.collect(row);
  }

  /**
   * A timestamp that tables cannot hold, a producer may send any, becomes the last or first one.
   */
  private static long arrival(long timestamp) {
    return Math.max(FIRST_MILLI, Math.min(LAST_MILLI, timestamp));
  }

  static RowData announcement(String topic, int partition) {
    GenericRowData row = new GenericRowData(FIELDS);
    row.setField(0, StringData.fromString(topic));
    row.setField(1, partition);
    row.setField(2, KafkaRecords.ANNOUNCEMENT_OFFSET);
    row.setField(3, TimestampData.fromEpochMillis(0));
    row.setField(6, headers(new Header[0]));
    return row;
  }

  private static GenericArrayData headers(Header[] headers) {
    Object[] rows = new Object[headers.length];
    for (int i = 0; i < headers.length; i++) {
      rows[i] = GenericRowData.of(StringData.fromString(headers[i].key()), headers[i].value());
    }
    return new GenericArrayData(rows);
  }

  @Override
  public TypeInformation<RowData> getProducedType() {
    return InternalTypeInfo.of(KafkaRecords.ROW_TYPE);
  }
}
