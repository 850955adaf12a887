package io.sluice.delta.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.delta.log.DeltaFile;
import io.sluice.delta.log.LiveFile;
import io.sluice.delta.source.DeltaSource;
import io.sluice.delta.source.DeltaSplit;
import io.sluice.delta.testing.TestingDeltaSource;
import io.sluice.delta.testing.TestingFile;
import io.sluice.delta.testing.TestingLog;
import io.sluice.delta.testing.TestingStorage;
import io.sluice.delta.testing.TestingTable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.VarCharType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ranges of a file, by themselves and as they are read. */
class FileRangeTest {

  private static final RowType TYPE =
      RowType.of(
          new LogicalType[] {new BigIntType(), VarCharType.STRING_TYPE},
          new String[] {"id", "text"});
  private static final int ROWS = 5000;

  @TempDir Path directory;

  private TestingTable table;
  private TestingLog log;

  @BeforeEach
  void create() throws Exception {
    table = new TestingTable(directory.resolve("t"), TYPE);
    table.open();
    log = new TestingLog(table.path);
  }

  private static LiveFile file(long size) {
    return LiveFile.added(new DeltaFile("f", Map.of(), size, 0, ""), Map.of());
  }

  @Test
  void rangesCoverAFileWithoutGapOrOverlap() {
    for (long size : new long[] {0, 1, 10, 63, 64, 65, 95, 97, 640, 1_000_003}) {
      List<FileRange> ranges = FileRange.split(file(size), 64);

      assertThat(ranges.get(0).start()).isZero();
      for (int i = 1; i < ranges.size(); i++) {
        assertThat(ranges.get(i).start()).isEqualTo(ranges.get(i - 1).end());
      }
      assertThat(ranges.get(ranges.size() - 1).end()).isEqualTo(size);
      assertThat(ranges)
          .allSatisfy(range -> assertThat(range.end() - range.start()).isLessThan(128));
    }
    assertThat(FileRange.split(file(95), 64)).hasSize(1);
    assertThat(FileRange.split(file(97), 64)).hasSize(2);
  }

  private void writeRowGroups() throws Exception {
    List<GenericRowData> rows =
        LongStream.range(0, ROWS)
            .mapToObj(id -> GenericRowData.of(id, StringData.fromString("text " + id)))
            .toList();
    log.commit(TestingFile.write(table.path, "groups.parquet", TYPE, rows, 300));
  }

  private List<Long> ids(DeltaSplit split, DeltaSource source) throws Exception {
    return new TestingDeltaSource(source)
        .read(List.of(split)).stream().map(row -> (Long) row.get("id")).toList();
  }

  @Test
  void eachRowIsInOneRangeAndDeletedOnesInNone() throws Exception {
    writeRowGroups();
    log.allowDeletionVectors();
    log.delete("groups.parquet", 0, 299, 300, 1024, 4999);
    DeltaSource source =
        DeltaSource.snapshot(TestingStorage.address(table.path)).splitSize(6000).build();

    List<DeltaSplit> splits = new TestingDeltaSource(source).splits();
    List<Long> all = new ArrayList<>();
    int filled = 0;
    for (DeltaSplit split : splits) {
      List<Long> ids = ids(split, source);
      filled += ids.isEmpty() ? 0 : 1;
      all.addAll(ids);
    }

    assertThat(splits).hasSizeGreaterThan(3);
    assertThat(filled).isGreaterThan(3);
    assertThat(all)
        .isEqualTo(
            LongStream.range(0, ROWS)
                .filter(id -> !List.of(0L, 299L, 300L, 1024L, 4999L).contains(id))
                .boxed()
                .toList());
  }

  @Test
  void aSplitGoesOnBehindTheRowsThatItsStateHasEmitted() throws Exception {
    writeRowGroups();
    log.allowDeletionVectors();
    log.delete("groups.parquet", 0, 1, 1500);
    DeltaSource source = DeltaSource.snapshot(TestingStorage.address(table.path)).build();
    DeltaSplit split = new TestingDeltaSource(source).splits().get(0);
    List<Long> all = ids(split, source);

    for (int emitted : new int[] {0, 1, 1022, 1023, 2047, 4996, 4997}) {
      assertThat(ids(new DeltaSplit(split.splitId(), split.range(), emitted), source))
          .isEqualTo(all.subList(emitted, all.size()));
    }
    assertThat(all).hasSize(4997);
  }

  @Test
  void aFileWithFewerRowsThanItsStateIsRefused() throws Exception {
    writeRowGroups();
    DeltaSource source = DeltaSource.snapshot(TestingStorage.address(table.path)).build();
    DeltaSplit split = new TestingDeltaSource(source).splits().get(0);

    assertThatThrownBy(() -> ids(new DeltaSplit(split.splitId(), split.range(), ROWS + 1), source))
        .hasMessageContainingAll(
            TestingStorage.address(table.path), "groups.parquet", "5001", "changed");
  }
}
