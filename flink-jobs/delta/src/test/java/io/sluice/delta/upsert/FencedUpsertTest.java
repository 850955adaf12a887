package io.sluice.delta.upsert;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.delta.commit.DeltaWriteResultSerializer;
import io.sluice.delta.commit.Fence;
import io.sluice.delta.commit.Metering;
import io.sluice.delta.commit.PositionRange;
import io.sluice.delta.schema.UpsertKey;
import io.sluice.delta.testing.TestingLayout;
import io.sluice.delta.testing.TestingStorage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.VarCharType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An upsert behind a fence. */
@Tag("storage")
class FencedUpsertTest {

  @TempDir Path directory;

  @Test
  void theFencesPositionsOfACheckpointWithoutAChangeAreHandedOnAllTheSame() throws Exception {
    RowType type =
        RowType.of(
            new LogicalType[] {VarCharType.STRING_TYPE, new BigIntType(), new BigIntType()},
            new String[] {"id", "version", "offset"});
    UpsertKey key = new UpsertKey(List.of("id"), "version");
    KeyColumns columns = new KeyColumns(type, key.columns());
    UpsertOperator upsert =
        new UpsertOperator(
            TestingStorage.address(directory.resolve("t")),
            TestingLayout.upsert(type, List.of(), 1 << 20, key),
            new Fence(List.of(), "offset"),
            Metering.of("t"),
            IndexRetention.FOREVER);
    StringData a = StringData.fromString("a");
    try (var operator =
        new KeyedOneInputStreamOperatorTestHarness<>(upsert, columns, columns.getProducedType())) {
      operator.open();
      operator.processElement(GenericRowData.of(a, 5L, 10L), 0);
      operator.prepareSnapshotPreBarrier(1);
      operator.processElement(GenericRowData.of(a, 4L, 11L), 0);
      operator.prepareSnapshotPreBarrier(2);
      operator.processElement(GenericRowData.of(a, 6L, 12L), 0);
      operator.prepareSnapshotPreBarrier(3);

      DeltaWriteResultSerializer serializer = new DeltaWriteResultSerializer();
      List<Map<String, PositionRange>> positions = new ArrayList<>();
      for (byte[] result : operator.extractOutputValues()) {
        positions.add(serializer.deserialize(serializer.getVersion(), result).positions());
      }
      assertThat(positions)
          .containsExactly(
              Map.of("", new PositionRange(10, 10)),
              Map.of("", new PositionRange(11, 11)),
              Map.of("", new PositionRange(12, 12)));
    }
  }
}
