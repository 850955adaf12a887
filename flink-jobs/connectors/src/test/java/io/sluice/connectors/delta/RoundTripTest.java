package io.sluice.connectors.delta;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.table.runtime.typeutils.RowDataSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RoundTripTest {

  @TempDir Path directory;

  @Test
  void everyTypeComesBackAsItWent() throws Exception {
    TestingTable table = new TestingTable(directory.resolve("all types"), AllTypes.TYPE);

    table.append(AllTypes.rows().toArray(RowData[]::new));

    assertSame(table.rows());
  }

  @Test
  void binaryRowsReadTheSame() throws Exception {
    TestingTable table = new TestingTable(directory.resolve("binary"), AllTypes.TYPE);
    RowDataSerializer serializer = new RowDataSerializer(AllTypes.TYPE);

    table.append(
        AllTypes.rows().stream()
            .map(row -> (RowData) serializer.toBinaryRow(row).copy())
            .toArray(BinaryRowData[]::new));

    assertSame(table.rows());
  }

  @Test
  void timestampsWithoutZoneBringTheirTableFeatureAndNothingElseDoes() throws Exception {
    TestingTable table = new TestingTable(directory.resolve("features"), AllTypes.TYPE);
    table.open();

    TableDetail detail = DeltaTables.detail(table.path.toString());

    assertThat(detail.features()).contains("timestampNtz");
    assertThat(detail.version()).isZero();
    assertThat(detail.rows()).isZero();
  }

  private static void assertSame(List<Map<String, Object>> rows) {
    List<Map<String, Object>> sorted = new ArrayList<>(rows);
    sorted.sort(Comparator.comparing(row -> (Integer) row.get("id")));
    assertThat(comparable(sorted)).isEqualTo(comparable(AllTypes.expected()));
  }

  /** Arrays have no equality of their own. */
  private static List<Map<String, Object>> comparable(List<Map<String, Object>> rows) {
    return rows.stream()
        .map(
            row -> {
              Map<String, Object> copy = new HashMap<>(row);
              copy.replaceAll(
                  (name, value) -> value instanceof byte[] bytes ? ByteBuffer.wrap(bytes) : value);
              return copy;
            })
        .toList();
  }
}
