package io.sluice.connectors.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.flink.api.common.functions.util.ListCollector;
import org.apache.flink.table.data.RowData;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RawRecordDeserializerTest {

  @ParameterizedTest
  @CsvSource({
    "1796032800000, 1796032800000",
    "-1, -1",
    "9223372036854775, 9223372036854775",
    "9223372036854776, 9223372036854775",
    "9223372036854775807, 9223372036854775",
    "-9223372036854775808, -9223372036854775"
  })
  void bringsTimestampsIntoTheRangeOfTables(long sent, long read) {
    List<RowData> rows = new ArrayList<>();
    new RawRecordDeserializer()
        .deserialize(
            new ConsumerRecord<>(
                "t",
                0,
                7,
                sent,
                TimestampType.CREATE_TIME,
                0,
                0,
                null,
                null,
                new RecordHeaders(),
                Optional.empty()),
            new ListCollector<>(rows));
    assertThat(rows.get(0).getTimestamp(3, 3).getMillisecond()).isEqualTo(read);
  }
}
