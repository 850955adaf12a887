package io.sluice.delta.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.delta.maintain.DeltaMaintenance;
import io.sluice.delta.source.DeltaSource;
import io.sluice.delta.table.DeltaTables;
import io.sluice.delta.testing.TestingDeltaSource;
import io.sluice.delta.testing.TestingLog;
import io.sluice.delta.testing.TestingStorage;
import io.sluice.delta.testing.TestingTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/**
 * A table into whose files a stranger writes numbers, and what is expected of all that read it:
 * they end soon, and say what is wrong or are not harmed.
 */
abstract class ForgedTable {

  static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration AT_MOST = Duration.ofSeconds(20);
  static final RowType TYPE = RowType.of(new LogicalType[] {new BigIntType()}, new String[] {"id"});

  @TempDir Path directory;

  TestingTable table;
  String path;
  Path log;
  TestingLog entries;

  /** Version n holds the rows 1 to n; 10 has a log checkpoint. */
  @BeforeEach
  void twelveVersions() throws Exception {
    table = new TestingTable(directory.resolve("t"), TYPE);
    path = TestingStorage.address(table.path);
    log = table.path.resolve("_delta_log");
    entries = new TestingLog(table.path);
    for (long id = 1; id <= 12; id++) {
      table.append(GenericRowData.of(id));
    }
  }

  static void soon(Executable task) {
    assertTimeoutPreemptively(AT_MOST, task);
  }

  /** Elsewhere, the table is one of which this process knows nothing yet. */
  void move() throws IOException {
    Path moved = Files.move(table.path, directory.resolve("moved"));
    table = new TestingTable(moved, TYPE);
    path = moved.toString();
    log = moved.resolve("_delta_log");
  }

  void assertUnharmed() throws IOException {
    move();
    soon(
        () -> {
          assertHolds(12);
          assertThat(DeltaTables.detail(path).rows()).isEqualTo(12);
          assertThat(new TestingDeltaSource(DeltaSource.snapshot(path).build()).read()).hasSize(12);
          assertThat(read(DeltaSource.appends(path).fromVersion(11).build())).hasSize(2);
          vacuum();
          table.append(GenericRowData.of(13L));
          assertHolds(13);
          DeltaMaintenance.checkpoint(path, false);
          assertHolds(13);
        });
  }

  /** Removes nothing of a table that has a log checkpoint which is none. */
  void vacuum() throws IOException {
    try {
      DeltaMaintenance.vacuum(path, DeltaMaintenance.DEFAULT_RETENTION, true, false);
    } catch (IllegalStateException e) {
      assertThat(e).hasMessageContainingAll(path, "torn", "Nothing was removed");
    }
  }

  static List<Map<String, Object>> read(DeltaSource source) throws Exception {
    return new TestingDeltaSource(source).read();
  }

  void assertHolds(long rows) throws IOException {
    assertThat(table.values("id"))
        .containsExactlyInAnyOrderElementsOf(LongStream.rangeClosed(1, rows).boxed().toList());
  }

  /** Changes the add action of a file that version 12 added. */
  void forge(Consumer<ObjectNode> change) throws IOException {
    Path entry = TestingLog.entry(table.path, entries.latest());
    List<String> lines = new ArrayList<>();
    for (String line : Files.readAllLines(entry)) {
      ObjectNode action = (ObjectNode) JSON.readTree(line);
      if (action.has("add")) {
        change.accept((ObjectNode) action.get("add"));
      }
      lines.add(action.toString());
    }
    Files.write(entry, lines);
  }

  void rows() throws IOException {
    try {
      table.rows();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  void assertRefused(String... words) {
    Map<String, Executable> readers =
        Map.of(
            "rows", this::rows,
            "files",
                () ->
                    DeltaTables.files(
                        path, OptionalLong.empty(), table.path.resolveSibling("copies")),
            "snapshot", () -> read(DeltaSource.snapshot(path).build()),
            "optimize", () -> DeltaMaintenance.optimize(path, 1 << 20, false),
            "zorder", () -> DeltaMaintenance.zorder(path, List.of("id"), 1 << 20, false));
    readers.forEach(
        (name, reader) ->
            soon(
                () ->
                    assertThatThrownBy(reader::execute)
                        .as(name)
                        .isInstanceOf(IOException.class)
                        .hasMessageContainingAll(words)
                        .hasMessageContaining(path)));
  }
}
