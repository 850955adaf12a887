package io.sluice.delta.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import io.delta.kernel.Snapshot;
import io.delta.kernel.TableManager;
import io.delta.kernel.defaults.engine.DefaultEngine;
import io.delta.kernel.engine.Engine;
import io.sluice.delta.log.LiveFile;
import io.sluice.delta.storage.TableEngine;
import io.sluice.delta.storage.TableInputFile;
import io.sluice.delta.storage.TableStorage;
import io.sluice.delta.table.DeltaTables;
import io.sluice.delta.table.TableDetail;
import io.sluice.delta.testing.AllTypes;
import io.sluice.delta.testing.TestingStorage;
import io.sluice.delta.testing.TestingTable;
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
import org.apache.hadoop.conf.Configuration;
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

    TableDetail detail = DeltaTables.detail(TestingStorage.address(table.path));

    assertThat(detail.features()).contains("timestampNtz");
    assertThat(detail.version()).isZero();
    assertThat(detail.rows()).isZero();
  }

  /** Our files keep Kernel from parsing Hadoop's configuration once per file. */
  @Test
  void kernelReadsTheSameWithoutHadoopsDefaults() throws Exception {
    TestingTable table = new TestingTable(directory.resolve("engines"), AllTypes.TYPE);
    table.append(AllTypes.rows().toArray(RowData[]::new));

    List<RowData> rows = liveRows(table.path, TableEngine.of(TestingStorage.of(table.path)));

    assertThat(rows).hasSize(3);
    assertThat(rows).isEqualTo(liveRows(table.path, DefaultEngine.create(new Configuration())));
    TableStorage storage = TestingStorage.of(directory);
    TableInputFile one = new TableInputFile(storage, "a", 1);
    TableInputFile other = new TableInputFile(storage, "b", 2);
    assertThat(one.configuration()).isSameAs(other.configuration()).isEmpty();
  }

  private static List<RowData> liveRows(Path path, Engine engine) throws Exception {
    Snapshot snapshot = TableManager.loadSnapshot(TestingStorage.address(path)).build(engine);
    LiveRows reader = new LiveRows(TestingStorage.of(path), engine, snapshot, snapshot.getSchema());
    List<RowData> rows = new ArrayList<>();
    for (LiveFile file : LiveFile.in(engine, snapshot)) {
      reader.read(file, rows::add);
    }
    return rows;
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
