package io.sluice.delta.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.delta.schema.RefusedTableException;
import io.sluice.delta.testing.AllTypes;
import io.sluice.delta.testing.TestingDeltaSource;
import io.sluice.delta.testing.TestingLog;
import io.sluice.delta.testing.TestingRows;
import io.sluice.delta.testing.TestingStorage;
import io.sluice.delta.testing.TestingTable;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.runtime.typeutils.InternalTypeInfo;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.DateType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.VarCharType;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is read of a table, and what is refused before anything starts. */
@Tag("storage")
class DeltaSourceTest {

  private static final RowType TYPE =
      RowType.of(
          new LogicalType[] {new BigIntType(), VarCharType.STRING_TYPE, new DateType()},
          new String[] {"id", "kind", "day"});

  @TempDir Path directory;

  private String path() {
    return TestingStorage.address(directory.resolve("t"));
  }

  private TestingTable table(RowType type, String... partitions) throws IOException {
    TestingTable table = new TestingTable(directory.resolve("t"), type, partitions);
    table.open();
    return table;
  }

  private static GenericRowData row(long id, String kind, Integer day) {
    return GenericRowData.of(id, kind == null ? null : StringData.fromString(kind), day);
  }

  private static List<Object> ids(List<Map<String, Object>> rows) {
    return rows.stream().map(row -> row.get("id")).sorted().toList();
  }

  private static List<Object> ids(DeltaSourceBuilder<?> source) throws Exception {
    return ids(TestingDeltaSource.rows(source));
  }

  @Test
  void everyTypeComesBackAsItWent() throws Exception {
    for (String[] partitions : new String[][] {{}, {"small", "huge", "local_time", "instant"}}) {
      TestingTable table =
          new TestingTable(directory.resolve("all" + partitions.length), AllTypes.TYPE, partitions);
      table.append(AllTypes.rows().toArray(RowData[]::new));

      List<Map<String, Object>> rows =
          TestingDeltaSource.rows(DeltaSource.snapshot(TestingStorage.address(table.path))).stream()
              .sorted(Comparator.comparing(row -> (Integer) row.get("id")))
              .toList();

      assertThat(rows)
          .isEqualTo(AllTypes.expected().stream().map(TestingRows::comparable).toList());
      assertThat(table.rows().stream().map(TestingRows::comparable).toList())
          .containsExactlyInAnyOrderElementsOf(rows);
    }
  }

  @Test
  void onlyTheChosenColumnsAreReadInTheirOrder() throws Exception {
    table(TYPE, "day").append(row(1, "a", 0), row(2, null, null));

    DeltaSource source = DeltaSource.snapshot(path()).columns(List.of("day", "id")).build();

    assertThat(source.rowType().getFieldNames()).containsExactly("day", "id");
    assertThat(source.getProducedType()).isEqualTo(InternalTypeInfo.of(source.rowType()));
    assertThat(TestingDeltaSource.rows(source))
        .allSatisfy(row -> assertThat(row.keySet()).containsExactly("day", "id"));
    assertThat(
            TestingDeltaSource.rows(DeltaSource.snapshot(path()).columns(List.of("day"))).stream()
                .map(row -> String.valueOf(row.get("day"))))
        .containsExactlyInAnyOrder("1970-01-01", "null");
  }

  @Test
  void onlyTheChosenPartitionsAreRead() throws Exception {
    TestingTable table = table(TYPE, "kind", "day");
    table.append(
        row(1, "a", 0), row(2, "a", 1), row(3, "b", 1), row(4, null, 1), row(5, "c", null));

    assertThat(ids(DeltaSource.snapshot(path()).partition("kind", "a"))).containsExactly(1L, 2L);
    assertThat(ids(DeltaSource.snapshot(path()).partition("kind", "a", "b"))).hasSize(3);
    assertThat(
            ids(
                DeltaSource.snapshot(path())
                    .columns(List.of("id"))
                    .partition("kind", "a", "b", null)
                    .partition("day", "1970-01-02")))
        .containsExactly(2L, 3L, 4L);
    assertThat(ids(DeltaSource.snapshot(path()).partition("day", (String) null)))
        .containsExactly(5L);
    assertThat(ids(DeltaSource.snapshot(path()).partition("kind", "other"))).isEmpty();
    assertThat(
            new TestingDeltaSource(DeltaSource.snapshot(path()).partition("kind", "b").build())
                .splits())
        .hasSize(1);
  }

  @Test
  void aColumnThatAnOlderFileDoesNotHaveIsNull() throws Exception {
    TestingTable table = table(TYPE);
    table.append(row(1, "a", 0));
    addColumn(new TestingLog(table.path), "more");

    assertThat(TestingDeltaSource.rows(DeltaSource.snapshot(path())))
        .singleElement()
        .satisfies(row -> assertThat(row).containsEntry("id", 1L).containsEntry("more", null));
    assertThat(TestingDeltaSource.rows(DeltaSource.snapshot(path()).columns(List.of("more"))))
        .hasSize(1);
    assertThat(TestingDeltaSource.rows(DeltaSource.snapshot(path()).versionAsOf(1)))
        .allSatisfy(row -> assertThat(row).doesNotContainKey("more"));
  }

  /** As ALTER TABLE ADD COLUMN does. */
  static void addColumn(TestingLog log, String name) throws IOException {
    ObjectNode metaData = (ObjectNode) log.actions(0, "metaData").get(0);
    String schema = metaData.get("schemaString").asText();
    int end = schema.lastIndexOf("]}");
    metaData.put(
        "schemaString",
        schema.substring(0, end)
            + ",{\"name\":\""
            + name
            + "\",\"type\":\"long\",\"nullable\":true,\"metadata\":{}}"
            + schema.substring(end));
    log.commit("{\"metaData\":" + metaData + "}");
  }

  @Test
  void versionsAndTimesAreChosen() throws Exception {
    TestingTable table = table(TYPE);
    table.append(row(1, "a", 0));
    table.append(row(2, "b", 0));
    for (int version = 0; version <= 2; version++) {
      Files.setLastModifiedTime(
          TestingLog.entry(table.path, version),
          FileTime.from(Instant.ofEpochSecond(1000 + version)));
    }

    assertThat(ids(DeltaSource.snapshot(path()).versionAsOf(0))).isEmpty();
    assertThat(ids(DeltaSource.snapshot(path()).versionAsOf(1))).containsExactly(1L);
    assertThat(ids(DeltaSource.snapshot(path()).timestampAsOf(Instant.ofEpochSecond(1001))))
        .containsExactly(1L);
    assertThatThrownBy(
            () -> DeltaSource.snapshot(path()).versionAsOf(1).timestampAsOf(Instant.EPOCH))
        .hasMessageContainingAll(path(), "versionAsOf or timestampAsOf");
    assertThatThrownBy(() -> DeltaSource.snapshot(path()).versionAsOf(3).build())
        .hasMessageContainingAll(path(), "no version 3", "2");
  }

  @Test
  void theSourceTravelsAndSaysWhetherItEnds() throws Exception {
    table(TYPE, "day").append(row(1, "a", 0));
    DeltaSource snapshot = DeltaSource.snapshot(path()).partition("day", "1970-01-01").build();
    DeltaSource appends = DeltaSource.appends(path()).fromVersion(0).build();

    DeltaSource copy = InstantiationUtil.clone(snapshot);

    assertThat(ids(TestingDeltaSource.rows(copy))).containsExactly(1L);
    assertThat(snapshot.getBoundedness()).isEqualTo(Boundedness.BOUNDED);
    assertThat(appends.getBoundedness()).isEqualTo(Boundedness.CONTINUOUS_UNBOUNDED);
  }

  @Test
  void wrongWishesAreRefusedNamingWhatThereIs() throws Exception {
    table(TYPE, "day");

    assertThatThrownBy(() -> DeltaSource.snapshot(path()).columns(List.of("nope")).build())
        .hasMessageContainingAll(path(), "nope", "id", "kind");
    assertThatThrownBy(() -> DeltaSource.snapshot(path()).partition("kind", "a").build())
        .hasMessageContainingAll(path(), "kind", "day");
    assertThatThrownBy(() -> DeltaSource.snapshot(path()).partition("day", "monday").build())
        .hasMessageContainingAll(path(), "monday", "date");
    assertThatThrownBy(() -> DeltaSource.snapshot(path()).partition("day", "a").partition("day"))
        .hasMessageContaining("twice");
    assertThatThrownBy(() -> DeltaSource.snapshot(path()).splitSize(0).build())
        .hasMessageContaining("split size");
    assertThatThrownBy(() -> DeltaSource.appends(path()).build())
        .hasMessageContainingAll(path(), "fromVersion", "startingSnapshot");
    assertThatThrownBy(() -> DeltaSource.appends(path()).fromVersion(-1).build())
        .hasMessageContaining("-1");
    assertThatThrownBy(
            () -> DeltaSource.appends(path()).fromVersion(0).pollInterval(Duration.ZERO).build())
        .hasMessageContaining("poll interval");
    assertThatThrownBy(() -> DeltaSource.snapshot(path() + "-absent").build())
        .isInstanceOf(FileNotFoundException.class);
    assertThatThrownBy(() -> DeltaSource.snapshot("relative")).hasMessageContaining("absolute");
  }

  @Test
  void featuresThatAReaderMustKnowAreRefusedByName() throws Exception {
    TestingTable table = table(TYPE);
    for (String feature : List.of("variantType", "catalogManaged", "timeTravel2")) {
      Files.writeString(
          TestingLog.entry(table.path, 1),
          "{\"protocol\":{\"minReaderVersion\":3,\"minWriterVersion\":7,\"readerFeatures\":[\"%1$s\"],\"writerFeatures\":[\"%1$s\"]}}"
              .formatted(feature));

      assertThatThrownBy(() -> DeltaSource.snapshot(path()).build())
          .as(feature)
          .isInstanceOf(RefusedTableException.class)
          .hasMessageContainingAll(path(), feature);
    }
  }

  @Test
  void featuresOfWritersAloneAreHarmless() throws Exception {
    TestingTable table = table(TYPE);
    table.append(row(1, "a", 0));
    new TestingLog(table.path)
        .requireFeatures("rowTracking", "domainMetadata", "appendOnly", "changeDataFeed");

    assertThat(ids(DeltaSource.snapshot(path()))).containsExactly(1L);
  }

  @Test
  void filesOutsideOfTheTableAreNotRead() throws Exception {
    TestingLog log = new TestingLog(table(TYPE).path);
    log.commit(
        "{\"add\":{\"path\":\"../other.parquet\",\"partitionValues\":{},\"size\":1,\"modificationTime\":1,\"dataChange\":true}}");

    assertThatThrownBy(() -> ids(DeltaSource.snapshot(path())))
        .hasMessageContainingAll(path(), "../other.parquet", "outside");
  }

  @Test
  void aFileThatAVacuumTookIsNamed() throws Exception {
    TestingTable table = table(TYPE);
    table.append(row(1, "a", 0));
    String file = new TestingLog(table.path).live().keySet().iterator().next();
    Files.delete(table.path.resolve(file));

    assertThatThrownBy(() -> ids(DeltaSource.snapshot(path())))
        .hasMessageContainingAll(path(), file, "is missing", "vacuum");
  }
}
