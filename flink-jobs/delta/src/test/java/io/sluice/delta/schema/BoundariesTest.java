package io.sluice.delta.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.delta.kernel.types.StructField;
import io.sluice.delta.log.DeltaFile;
import io.sluice.delta.log.Statistics;
import io.sluice.delta.sink.DeltaWriter;
import io.sluice.delta.source.DeltaSource;
import io.sluice.delta.testing.Boundaries;
import io.sluice.delta.testing.TestingCommittables;
import io.sluice.delta.testing.TestingDeltaSource;
import io.sluice.delta.testing.TestingLayout;
import io.sluice.delta.testing.TestingRows;
import io.sluice.delta.testing.TestingStorage;
import io.sluice.delta.testing.TestingTable;
import io.sluice.delta.upsert.PlainKeys;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.data.binary.BinaryStringData;
import org.apache.flink.table.types.logical.IntType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.TimestampType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The values at the edges of every type: written, partitioned by, skipped on and read again. */
public class BoundariesTest {

  @TempDir static Path directory;

  private static TestingTable plain;
  private static List<DeltaFile> plainFiles;
  private static TestingTable partitioned;
  private static List<DeltaFile> partitionedFiles;

  @BeforeAll
  public static void write() throws Exception {
    plain = new TestingTable(directory.resolve("plain"), Boundaries.type());
    plainFiles = write(plain);
    partitioned = partitioned(directory.resolve("partitioned"));
    partitionedFiles = write(partitioned);
  }

  /** One file per row, so that the statistics of each are those of its values. */
  public static List<DeltaFile> write(TestingTable table) throws Exception {
    List<DeltaFile> files = new ArrayList<>();
    for (int id = 0; id < Boundaries.count(); id++) {
      try (DeltaWriter writer = table.writer(id)) {
        writer.write(Boundaries.row(id), null);
        files.addAll(writer.prepareCommit().iterator().next().files());
      }
    }
    table.commit(table.committable("once", 1, -1, TestingCommittables.written(files, Map.of())));
    return files;
  }

  public static TestingTable partitioned(Path path) {
    return new TestingTable(path, Boundaries.type(), Boundaries.PARTITIONS.toArray(String[]::new));
  }

  private static List<Map<String, Object>> sorted(List<Map<String, Object>> rows) {
    return rows.stream()
        .map(TestingRows::comparable)
        .sorted(Comparator.comparing(row -> (Integer) row.get("id")))
        .toList();
  }

  private static List<Map<String, Object>> read(TestingTable table) throws Exception {
    return sorted(
        TestingDeltaSource.rows(DeltaSource.snapshot(TestingStorage.address(table.path))));
  }

  @Test
  void comeBackAsTheyWent() throws Exception {
    List<Map<String, Object>> expected =
        IntStream.range(0, Boundaries.count()).mapToObj(Boundaries::expected).toList();
    assertThat(sorted(plain.rows())).isEqualTo(expected);
    assertThat(read(plain)).isEqualTo(expected);
  }

  @Test
  void comeBackAsPartitionsAndAreChosenByTheirText() throws Exception {
    TestingTable table = partitioned;
    List<DeltaFile> files = partitionedFiles;
    List<Map<String, Object>> expected =
        IntStream.range(0, Boundaries.count()).mapToObj(Boundaries::expectedOfPartition).toList();
    assertThat(sorted(table.rows())).isEqualTo(expected);
    assertThat(read(table)).isEqualTo(expected);

    for (int id = 0; id < files.size(); id++) {
      var chosen = DeltaSource.snapshot(TestingStorage.address(table.path));
      files.get(id).partitionValues().forEach((column, text) -> chosen.partition(column, text));
      assertThat(TestingDeltaSource.rows(chosen).stream().map(TestingRows::comparable))
          .containsExactly(expected.get(id));
    }
  }

  @Test
  void areTheSameKeysInRowsAndInNamesOfPartitions() {
    for (String name : Boundaries.PARTITIONS) {
      RowType type = Boundaries.type();
      LogicalType column = type.getTypeAt(type.getFieldIndex(name));
      PlainKeys keys =
          new PlainKeys(
              TestingLayout.upsert(type, List.of(name), 1, new UpsertKey(List.of(name), "id")));
      StructField field = DeltaTypes.toDelta(type).get(name);
      for (int id = 0; id < Boundaries.count(); id++) {
        Object value = Boundaries.value(name, id);
        if (value != null) {
          Map<String, String> text = new HashMap<>();
          text.put(name, PartitionValues.serialize(column, value));
          assertThat(PlainKeys.ofPartition(field, text))
              .as("%s %s", name, text)
              .isEqualTo(keys.of(Boundaries.row(id)).get(0));
          assertThat(keys.toRow(keys.of(Boundaries.row(id))).isNullAt(0)).isFalse();
        }
      }
    }
  }

  @Test
  void lieWithinTheBoundsOfTheirFile() throws Exception {
    List<DeltaFile> files = plainFiles;
    int bounds = 0;
    for (int id = 0; id < files.size(); id++) {
      for (String column : Boundaries.type().getFieldNames().subList(1, 16)) {
        Object value = Boundaries.expected(id).get(column);
        String stats = files.get(id).stats();
        JsonNode low = Statistics.bound(stats, "minValues", column);
        JsonNode high = Statistics.bound(stats, "maxValues", column);
        if (value != null && !low.isMissingNode()) {
          assertThat(compare(value, low)).as("%s >= %s", value, low).isNotNegative();
          bounds++;
        }
        if (value != null && !high.isMissingNode()) {
          assertThat(compare(value, high)).as("%s <= %s", value, high).isNotPositive();
          bounds++;
        }
      }
    }
    assertThat(bounds).isGreaterThan(400);
  }

  /** Reads the bound as the protocol says, not as the writer writes it. */
  private static int compare(Object value, JsonNode bound) {
    if (value instanceof LocalDate day) {
      return day.compareTo(LocalDate.parse(bound.textValue()));
    } else if (value instanceof Instant instant) {
      return instant.compareTo(Instant.parse(bound.textValue()));
    } else if (value instanceof LocalDateTime local) {
      return local.compareTo(LocalDateTime.parse(bound.textValue()));
    } else if (value instanceof String text) {
      return BinaryStringData.fromString(text)
          .compareTo(BinaryStringData.fromString(bound.textValue()));
    } else if (value instanceof Boolean) {
      return 0;
    }
    if (value instanceof Float || value instanceof Double) {
      double number = ((Number) value).doubleValue();
      double limit = bound.doubleValue();
      return number < limit ? -1 : number > limit ? 1 : 0;
    }
    return new BigDecimal(value.toString()).compareTo(bound.decimalValue());
  }

  @Test
  void haveNoBoundsWhereReadersMayNotUnderstandThem() throws Exception {
    List<DeltaFile> files = plainFiles;
    for (String column : List.of("day", "local_time", "instant")) {
      for (int id = 0; id < files.size(); id++) {
        for (String kind : List.of("minValues", "maxValues")) {
          JsonNode bound = Statistics.bound(files.get(id).stats(), kind, column);
          assertThat(bound.isMissingNode() || bound.textValue().matches("[0-9]{4}-.*")).isTrue();
        }
      }
    }
    int forEver =
        IntStream.range(0, files.size())
            .filter(
                id ->
                    Instant.parse("9999-12-31T00:00:00Z")
                        .equals(Boundaries.expected(id).get("instant")))
            .findFirst()
            .orElseThrow();
    assertThat(Statistics.bound(files.get(forEver).stats(), "maxValues", "instant").textValue())
        .isEqualTo("9999-12-31T00:00:00.000Z");
  }

  @Test
  void beyondThemNothingIsWritten() throws Exception {
    RowType type =
        RowType.of(
            new LogicalType[] {new IntType(), new TimestampType(3)}, new String[] {"id", "at"});
    for (String[] partitions : new String[][] {{}, {"at"}}) {
      TestingTable table =
          new TestingTable(directory.resolve(Arrays.toString(partitions)), type, partitions);
      for (long millis : new long[] {Long.MAX_VALUE, Long.MIN_VALUE, Long.MAX_VALUE / 1000 + 1}) {
        RowData row = GenericRowData.of(1, TimestampData.fromEpochMillis(millis));
        try (DeltaWriter writer = table.writer(0)) {
          assertThatThrownBy(() -> writer.write(row, null)).hasMessageContaining(millis + " ms");
        }
      }
    }
  }

  @Test
  void instantsOfLongAgoKeepTheirEraInPartitions() {
    TimestampData beforeYearOne =
        TimestampData.fromInstant(
            LocalDateTime.parse("-0043-03-15T12:00:00").toInstant(ZoneOffset.UTC));
    LogicalType type = Boundaries.type().getTypeAt(Boundaries.type().getFieldIndex("instant"));
    assertThat(PartitionValues.serialize(type, beforeYearOne))
        .isEqualTo("-0043-03-15T12:00:00.000000Z");
  }
}
