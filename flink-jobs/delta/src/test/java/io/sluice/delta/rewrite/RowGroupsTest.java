package io.sluice.delta.rewrite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.delta.kernel.Snapshot;
import io.delta.kernel.TableManager;
import io.delta.kernel.engine.Engine;
import io.delta.kernel.types.StructType;
import io.sluice.delta.log.LiveFile;
import io.sluice.delta.parquet.FileStatistics;
import io.sluice.delta.parquet.LiveRows;
import io.sluice.delta.schema.Columns;
import io.sluice.delta.storage.TableEngine;
import io.sluice.delta.testing.AllTypes;
import io.sluice.delta.testing.TestingStorage;
import io.sluice.delta.testing.TestingTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.RowType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Row groups that are copied are as good as rows that are written again. */
@Tag("storage")
class RowGroupsTest {

  @TempDir Path directory;

  private TestingTable table;

  @BeforeEach
  void threeFiles() throws Exception {
    table = new TestingTable(directory.resolve("t"), AllTypes.TYPE);
    for (RowData row : AllTypes.rows()) {
      table.append(row);
    }
  }

  private Engine engine() {
    return TableEngine.of(TestingStorage.of(table.path));
  }

  private Snapshot snapshot() {
    return TableManager.loadSnapshot(TestingStorage.address(table.path)).build(engine());
  }

  private RewrittenFiles files() {
    return files(Map.of());
  }

  private RewrittenFiles files(Map<String, String> partition) {
    StructType columns = snapshot().getSchema();
    return new RewrittenFiles(
        TestingStorage.of(table.path),
        columns,
        new FileStatistics(columns),
        partition,
        Long.MAX_VALUE);
  }

  private Optional<RowGroups> groups(long leastBytes) throws IOException {
    try (RewrittenFiles files = files()) {
      List<LiveFile> live = LiveFile.in(engine(), snapshot());
      return RowGroups.of(TestingStorage.of(table.path), files.schema(), live, leastBytes);
    }
  }

  private LiveFile copied() throws IOException {
    try (RewrittenFiles files = files()) {
      files.copy(groups(1).orElseThrow(), () -> false);
      return LiveFile.added(files.finish().get(0), Map.of());
    }
  }

  private LiveFile written() throws IOException {
    try (RewrittenFiles files = files()) {
      for (LiveFile file : LiveFile.in(engine(), snapshot())) {
        rows(file)
            .forEach(
                row -> {
                  try {
                    files.write(row);
                  } catch (IOException e) {
                    throw new UncheckedIOException(e);
                  }
                });
      }
      return LiveFile.added(files.finish().get(0), Map.of());
    }
  }

  private List<RowData> rows(LiveFile file) throws IOException {
    List<RowData> rows = new ArrayList<>();
    new LiveRows(TestingStorage.of(table.path), engine(), snapshot(), snapshot().getSchema())
        .read(file, rows::add);
    return rows;
  }

  @Test
  void rowsAndStatisticsAreTheSame() throws Exception {
    LiveFile copied = copied();
    LiveFile written = written();

    assertThat(rows(copied)).hasSize(3).isEqualTo(rows(written));
    assertThat(copied.rows()).isEqualTo(OptionalLong.of(3));
    assertThat(copied.file().stats())
        .as("a float that is NaN has no bounds in a footer that is read")
        .isEqualTo(
            written.file().stats().replace("\"single\":1.25,", "").replace("\"single\":1,", ""));
    assertThat(copied.file().size())
        .isEqualTo(Files.size(table.path.resolve(copied.path())))
        .isGreaterThan(written.file().size());
  }

  /** Other writers may have put a partition's files elsewhere. */
  @Test
  void theFolderOfAPartitionNeedNotBeThere() throws Exception {
    try (RewrittenFiles files = files(Map.of("day", "monday"))) {
      files.copy(groups(1).orElseThrow(), () -> false);
      assertThat(files.finish().get(0).path()).startsWith("day=monday/");
    }
  }

  @Test
  void smallRowGroupsAreNotCopied() throws Exception {
    assertThat(groups(1)).isPresent();
    assertThat(groups(RowGroups.ENOUGH_BYTES)).isEmpty();
  }

  @Test
  void filesFromBeforeAChangeOfTheSchemaAreNotCopied() throws Exception {
    RowType fewer = Columns.without(AllTypes.TYPE, List.of("nested"));
    table = new TestingTable(directory.resolve("u"), fewer);
    table.append(GenericRowData.of((Object[]) new Integer[19]));
    table = new TestingTable(directory.resolve("u"), AllTypes.TYPE);
    table.append(AllTypes.rows().get(0));

    assertThat(groups(1)).isEmpty();
  }

  @Test
  void nothingIsLeftOfACopyThatWasCancelled() throws Exception {
    RowGroups groups = groups(1).orElseThrow();
    try (RewrittenFiles files = files()) {
      assertThatThrownBy(() -> files.copy(groups, () -> true))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("cancelled");
    }
    try (var left = Files.list(table.path)) {
      assertThat(left.filter(file -> file.toString().endsWith(".parquet"))).hasSize(3);
    }
  }
}
