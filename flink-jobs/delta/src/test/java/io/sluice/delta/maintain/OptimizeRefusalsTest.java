package io.sluice.delta.maintain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.delta.testing.TestingLog;
import io.sluice.delta.testing.TestingTable;
import java.io.FileNotFoundException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is not packed, and says why. */
@Tag("storage")
class OptimizeRefusalsTest extends OptimizesTable {

  @Test
  void tablesWithFeaturesThatWouldBreakAreRefusedByName() throws Exception {
    table.append(row(1, "a"));
    table.append(row(2, "b"));
    for (String feature : List.of("rowTracking", "clustering", "icebergCompatV2", "futureThing")) {
      log.requireFeatures(feature, "domainMetadata");
      assertThatThrownBy(this::optimize)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContainingAll(path, feature, "Nothing was changed");
    }
    assertThat(parquetFiles()).hasSize(2);
  }

  @Test
  void mappedColumnsAreRefused() throws Exception {
    table.append(row(1, "a"));
    JsonNode metadata = log.actions(0, "metaData").get(0);
    String mapped =
        metadata
            .toString()
            .replace(
                "\"configuration\":{", "\"configuration\":{\"delta.columnMapping.mode\":\"name\",");
    log.commit(
        "{\"protocol\":{\"minReaderVersion\":2,\"minWriterVersion\":5}}",
        "{\"metaData\":" + mapped + "}");

    assertThatThrownBy(this::optimize).hasMessageContainingAll(path, "columnMapping");
  }

  @Test
  void wrongUseIsTold() {
    assertThatThrownBy(() -> DeltaMaintenance.optimize(path, TARGET, false))
        .isInstanceOf(FileNotFoundException.class)
        .hasMessageContaining(path);
    assertThatThrownBy(() -> DeltaMaintenance.optimize(path, 0, false))
        .hasMessageContaining("must be positive");
    assertThatThrownBy(() -> DeltaMaintenance.optimize("lake/x", TARGET, false))
        .hasMessageContaining("absolute");
  }

  @Test
  void forgedPathsAreNotRead() throws Exception {
    table.append(row(1, "a"));
    for (String forged : List.of("/etc/passwd", "../../other.parquet", "file:/etc/passwd")) {
      Files.writeString(
          TestingLog.entry(table.path, 2),
          "{\"add\":{\"path\":\""
              + forged
              + "\",\"partitionValues\":{},\"size\":1,\"modificationTime\":1,\"dataChange\":true}}\n");
      assertThatThrownBy(this::optimize).hasMessageContainingAll(forged, "outside the table");
    }
  }

  @Test
  @Tag("disk")
  void foldersThatLeadOutOfTheTableAreNotWritten() throws Exception {
    use(new TestingTable(lake.resolve("silver/parts"), TYPE, "text"));
    table.append(row(1, "a"));
    table.append(row(2, "a"));
    Path outside = Files.createDirectories(lake.resolve("outside"));
    Files.move(table.path.resolve("text=a"), table.path.resolve("moved"));
    Files.createSymbolicLink(table.path.resolve("text=a"), outside);
    for (long version = 1; version <= 2; version++) {
      Path entry = TestingLog.entry(table.path, version);
      Files.writeString(entry, Files.readString(entry).replace("text=a/", "moved/"));
    }

    assertThatThrownBy(this::optimize)
        .hasMessageContainingAll(path, "text=a", outside.toString(), "outside the table");

    assertThat(outside).isEmptyDirectory();
    assertThat(table.values("id")).containsExactlyInAnyOrder(1L, 2L);
  }
}
