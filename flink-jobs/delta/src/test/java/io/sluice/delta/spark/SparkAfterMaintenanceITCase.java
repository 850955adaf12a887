package io.sluice.delta.spark;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.delta.maintain.DeltaMaintenance;
import io.sluice.delta.maintain.Vacuum;
import io.sluice.delta.maintain.VacuumResult;
import io.sluice.delta.rewrite.RewriteResult;
import io.sluice.delta.testing.AllTypes;
import io.sluice.delta.testing.TestingLog;
import io.sluice.delta.testing.TestingStorage;
import io.sluice.delta.testing.TestingTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.IntType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Spark, which shares no code with the maintenance, sees the same rows afterwards. */
class SparkAfterMaintenanceITCase extends AsksSpark {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ALL = "select * from t order by id";
  private static final long FILE_SIZE = 4_000;
  private static final RowType GRID =
      RowType.of(new LogicalType[] {new IntType(), new IntType()}, new String[] {"x", "y"});

  @TempDir Path directory;

  @Test
  void rowsOfEveryTypeAreTheSameAfterEachStep() throws Exception {
    TestingTable table = new TestingTable(directory.resolve("all types"), AllTypes.TYPE, "small");
    for (int i = 0; i < 2; i++) {
      for (RowData row : AllTypes.rows()) {
        table.append(row);
      }
    }
    String path = table.path.toString();
    List<Map<String, Object>> before = spark.query(path, ALL);
    assertThat(before).hasSize(6);

    assertThat(DeltaMaintenance.optimize(path, 1 << 20, false).filesAdded()).isEqualTo(3);
    assertThat(spark.query(path, ALL)).isEqualTo(before);

    table.append(AllTypes.rows().get(0));
    before = spark.query(path, ALL);
    assertThat(before).hasSize(7);
    assertThat(DeltaMaintenance.zorder(path, List.of("price", "text"), 1 << 20, false).version())
        .isPresent();
    assertThat(spark.query(path, ALL)).isEqualTo(before);

    assertThat(vacuumLater(table).files()).hasSize(8);
    assertThat(DeltaMaintenance.checkpoint(path, false).missing()).isTrue();
    assertThat(spark.query(path, ALL)).isEqualTo(before);
  }

  private static VacuumResult vacuumLater(TestingTable table) throws IOException {
    Clock clock = Clock.fixed(Instant.now().plus(Duration.ofDays(8)), ZoneOffset.UTC);
    return new Vacuum(TestingStorage.of(table.path), DeltaMaintenance.DEFAULT_RETENTION, clock)
        .run(true, false);
  }

  @Test
  void rowsThatSparkDeletedStayDeleted() throws Exception {
    TestingTable table = new TestingTable(directory.resolve("deleted"), GRID);
    table.append(grid(0, 32));
    table.append(grid(32, 64));
    String path = table.path.toString();
    allowDeletionVectors(new TestingLog(table.path));
    spark.query(path, "delete from delta.`" + path + "` where x % 3 = 0");
    String sums = "select count(*) as n, sum(x * 64 + y) as s from t";
    List<Map<String, Object>> before = spark.query(path, sums);
    assertThat(deletionVectors(table)).isPositive();

    RewriteResult result = DeltaMaintenance.optimize(path, 1 << 20, false);

    assertThat(result.filesRemoved()).isEqualTo(2);
    assertThat(spark.query(path, sums)).isEqualTo(before);
    assertThat(vacuumLater(table).files())
        .hasSize(3)
        .filteredOn(file -> file.endsWith(".bin"))
        .hasSize(1);
    assertThat(spark.query(path, sums)).isEqualTo(before);
    assertThat(spark.query(path, "describe history delta.`" + path + "` limit 1").get(0))
        .containsEntry("operation", "OPTIMIZE")
        .containsEntry("engineInfo", "Sluice");
  }

  private static long deletionVectors(TestingTable table) throws IOException {
    try (var files = Files.list(table.path)) {
      return files.filter(file -> file.toString().endsWith(".bin")).count();
    }
  }

  private static void allowDeletionVectors(TestingLog log) throws IOException {
    String metadata =
        log.actions(0, "metaData")
            .get(0)
            .toString()
            .replace(
                "\"configuration\":{",
                "\"configuration\":{\"delta.enableDeletionVectors\":\"true\",");
    log.allowDeletionVectors();
    log.commit("{\"metaData\":" + metadata + "}");
  }

  /** Spark must do without the files that cannot hold the value: they are moved away. */
  @Test
  void filesThatCannotHoldAValueAreNotReadAfterOrdering() throws Exception {
    TestingTable table = new TestingTable(directory.resolve("grid"), GRID);
    table.append(grid(0, 64));
    table.append(grid(0, 64));
    String path = table.path.toString();
    assertThat(cannotHold(table, "x", 10)).isEmpty();

    DeltaMaintenance.zorder(path, List.of("x", "y"), FILE_SIZE, false);

    for (String column : List.of("x", "y")) {
      List<Path> skipped = cannotHold(table, column, 10);
      assertThat(skipped).hasSizeGreaterThan(1);
      for (Path file : skipped) {
        Files.move(file, file.resolveSibling(file.getFileName() + ".away"));
      }
      assertThat(spark.query(path, "select count(*) as n from t where " + column + " = 10"))
          .isEqualTo(List.of(Map.of("n", 128)));
      for (Path file : skipped) {
        Files.move(file.resolveSibling(file.getFileName() + ".away"), file);
      }
    }
  }

  private static List<Path> cannotHold(TestingTable table, String column, int value)
      throws IOException {
    List<Path> files = new ArrayList<>();
    for (JsonNode add : new TestingLog(table.path).live().values()) {
      JsonNode stats = JSON.readTree(add.get("stats").asText());
      if (stats.get("minValues").get(column).asInt() > value
          || stats.get("maxValues").get(column).asInt() < value) {
        files.add(table.path.resolve(add.get("path").asText()));
      }
    }
    return files;
  }

  private static RowData[] grid(int from, int to) {
    List<RowData> rows = new ArrayList<>();
    for (int x = from; x < to; x++) {
      for (int y = 0; y < 64; y++) {
        rows.add(GenericRowData.of(x, y));
      }
    }
    Collections.shuffle(rows, new Random(7));
    return rows.toArray(RowData[]::new);
  }
}
