package io.sluice.delta.schema;

import static io.sluice.delta.testing.TestingNewColumns.column;
import static io.sluice.delta.testing.TestingNewColumns.field;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.delta.commit.DeltaCommittable;
import io.sluice.delta.commit.DeltaCommitter;
import io.sluice.delta.maintain.DeltaMaintenance;
import io.sluice.delta.sink.DeltaWriter;
import io.sluice.delta.table.DeltaTables;
import io.sluice.delta.table.TableColumn;
import io.sluice.delta.testing.TestingCommitRequest;
import io.sluice.delta.testing.TestingLayout;
import io.sluice.delta.testing.TestingLog;
import io.sluice.delta.testing.TestingNewColumns;
import io.sluice.delta.testing.TestingStorage;
import io.sluice.delta.testing.TestingTable;
import io.sluice.delta.testing.TestingUpsert;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.DoubleType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.TimestampType;
import org.apache.flink.table.types.logical.VarCharType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows that bring columns along which neither the sink nor its table knows. */
@Tag("storage")
class SchemaEvolutionTest {

  private static final RowType TYPE =
      RowType.of(
          new LogicalType[] {new BigIntType(), VarCharType.STRING_TYPE},
          new String[] {"id", "text"});
  private static final RowType VENUE = column("venue", VarCharType.STRING_TYPE);
  private static final RowType VENUE_AND_FEE =
      RowType.of(
          new LogicalType[] {new DoubleType(), VarCharType.STRING_TYPE},
          new String[] {"fee", "venue"});

  @TempDir Path directory;

  private TestingTable table(SchemaPolicy policy, String... partitions) {
    TableLayout layout =
        TestingLayout.append(
            TYPE, List.of(partitions), 1 << 20, TestingNewColumns.changes(TYPE, policy));
    return new TestingTable(directory.resolve("t"), layout);
  }

  private TestingLog log() {
    return new TestingLog(directory.resolve("t"));
  }

  private static GenericRowData row(long id) {
    return row(id, null);
  }

  private static GenericRowData row(long id, RowData newColumns) {
    return GenericRowData.of(id, StringData.fromString("t" + id % 2), newColumns);
  }

  private static RowData venue(String value) {
    return field(VENUE, StringData.fromString(value));
  }

  private static List<DeltaCommittable> checkpoints(TestingTable table, RowData[]... rows)
      throws Exception {
    List<DeltaCommittable> committables = new ArrayList<>();
    try (DeltaWriter writer = table.writer(0)) {
      for (int i = 0; i < rows.length; i++) {
        for (RowData row : rows[i]) {
          writer.write(row, null);
        }
        committables.add(
            table.committable(
                "one", i + 1, i == 0 ? -1 : i, writer.prepareCommit().iterator().next()));
      }
    }
    return committables;
  }

  /** The versions that changed the schema. */
  private List<Long> metadataVersions() throws IOException {
    List<Long> versions = new ArrayList<>();
    for (long version = 0; version <= log().latest(); version++) {
      if (!log().actions(version, "metaData").isEmpty()) {
        versions.add(version);
      }
    }
    return versions;
  }

  @Test
  void theVersionThatBringsTheFirstRowsBringsTheColumnsToo() throws Exception {
    TestingTable table = table(SchemaPolicy.EVOLVE, "text");
    List<DeltaCommittable> all =
        checkpoints(
            table,
            new RowData[] {row(1)},
            new RowData[] {row(2), row(3, venue("XETR")), row(4)},
            new RowData[] {row(5), row(6, venue("XPAR"))},
            new RowData[] {
              row(7, field(VENUE_AND_FEE, 0.5, StringData.fromString("XLON"))),
              row(8, venue("XAMS"))
            });
    DeltaCommitter committer = table.committer();
    for (DeltaCommittable committable : all) {
      committer.commit(List.of(new TestingCommitRequest(committable, 0)));
    }

    assertThat(metadataVersions()).containsExactly(0L, 2L, 4L);
    assertThat(DeltaTables.schema(TestingStorage.address(table.path), OptionalLong.empty()))
        .extracting(TableColumn::name)
        .containsExactly("id", "text", "venue", "fee");
    assertThat(table.rows())
        .extracting(row -> row.get("id") + ":" + row.get("venue") + ":" + row.get("fee"))
        .containsExactlyInAnyOrder(
            "1:null:null",
            "2:null:null",
            "3:XETR:null",
            "4:null:null",
            "5:null:null",
            "6:XPAR:null",
            "7:XLON:0.5",
            "8:XAMS:null");
    assertThat(log().actions(4, "add"))
        .allSatisfy(add -> assertThat(add.get("stats").asText()).contains("\"fee\""));
  }

  @Test
  void onlyTheSchemaOfTheMetadataChanges() throws Exception {
    TestingTable table = table(SchemaPolicy.EVOLVE);
    table.append(row(1));
    JsonNode before = log().actions(0, "metaData").get(0);
    table.append(row(2, venue("XETR")));

    JsonNode after = log().actions(2, "metaData").get(0);
    for (String kept :
        List.of("id", "format", "partitionColumns", "configuration", "createdTime")) {
      assertThat(after.get(kept)).isEqualTo(before.get(kept));
    }
    assertThat(log().actions(2, "commitInfo").get(0).at("/operationParameters/newColumns").asText())
        .isEqualTo("venue");
    assertThat(log().actions(2, "protocol")).isEmpty();
  }

  @Test
  @Tag("disk")
  void checksumsAndCheckpointsAfterwardsHoldTheNewSchema() throws Exception {
    TestingTable table = table(SchemaPolicy.EVOLVE);
    DeltaCommitter committer = table.committer();
    RowData[][] rows = new RowData[14][];
    Arrays.setAll(rows, i -> new RowData[] {i < 11 ? row(i) : row(i, venue("v" + i))});
    for (DeltaCommittable committable : checkpoints(table, rows)) {
      committer.commit(List.of(new TestingCommitRequest(committable, 0)));
    }

    Path log = table.path.resolve("_delta_log");
    ObjectMapper json = new ObjectMapper();
    for (int version = 11; version <= 14; version++) {
      Path checksum = log.resolve("%020d.crc".formatted(version));
      assertThat(checksum).exists();
      String schema =
          json.readTree(Files.readString(checksum)).at("/metadata/schemaString").asText();
      assertThat(schema.contains("venue")).as("version %s", version).isEqualTo(version >= 12);
    }
    assertThat(metadataVersions()).containsExactly(0L, 12L);
    assertThat(table.values("venue")).contains("v11", "v12", "v13", null);
  }

  @Test
  void aTypeThatNeedsATableFeatureBringsIt() throws Exception {
    TestingTable table = table(SchemaPolicy.EVOLVE);
    table.append(row(1));
    table.append(
        row(2, field(column("local", new TimestampType(6)), TimestampData.fromEpochMillis(1234))));

    assertThat(log().actions(2, "protocol").toString()).contains("timestampNtz");
    assertThat(table.values("local")).hasSize(2).doesNotHaveDuplicates();
  }

  @Test
  void anotherWriterMayHaveAddedTheColumnAlready() throws Exception {
    TestingTable table = table(SchemaPolicy.EVOLVE);
    table.append(row(1));
    DeltaCommittable mine = checkpoints(table, new RowData[] {row(2, venue("XETR"))}).get(0);
    DeltaCommitter committer = table.committer();
    table.append(row(3, venue("XPAR")));

    committer.commit(List.of(new TestingCommitRequest(mine, 0)));

    assertThat(metadataVersions()).containsExactly(0L, 2L);
    assertThat(table.values("venue")).containsExactlyInAnyOrder("XETR", "XPAR", null);
  }

  @Test
  void anotherWriterMayHaveAddedItWithAnotherType() throws Exception {
    TestingTable table = table(SchemaPolicy.EVOLVE);
    table.append(row(1));
    DeltaCommittable mine = checkpoints(table, new RowData[] {row(2, venue("XETR"))}).get(0);
    DeltaCommitter committer = table.committer();
    table.append(row(3, field(column("venue", new DoubleType()), 0.5)));

    assertThatThrownBy(() -> committer.commit(List.of(new TestingCommitRequest(mine, 0))))
        .hasMessageContainingAll(
            TestingStorage.address(table.path),
            "version 2",
            "'venue'",
            "double",
            "string",
            "No row is lost");
    assertThat(log().latest()).isEqualTo(2);
  }

  @Test
  void filesFromBeforeTheSinkGotTheColumnWithAnotherTypeAreRefused() throws Exception {
    TestingTable table = table(SchemaPolicy.EVOLVE);
    table.append(row(1));
    DeltaCommittable before = checkpoints(table, new RowData[] {row(2, venue("XETR"))}).get(0);
    RowType later =
        RowType.of(
            new LogicalType[] {new BigIntType(), VarCharType.STRING_TYPE, new DoubleType()},
            new String[] {"id", "text", "venue"});
    TestingTable changed =
        new TestingTable(table.path, TestingLayout.append(later, List.of(), 1 << 20));

    assertThatThrownBy(
            () -> changed.committer().commit(List.of(new TestingCommitRequest(before, 0))))
        .hasMessageContainingAll("'venue': files string, sink double", "No row is lost");
    assertThat(log().latest()).isEqualTo(1);
  }

  @Test
  void aWriterThatKnowsBetterFailsBeforeAnythingIsWritten() throws Exception {
    TestingTable table = table(SchemaPolicy.EVOLVE);
    table.append(row(1, venue("XETR")));

    try (DeltaWriter writer = table.writer(0)) {
      assertThatThrownBy(
              () -> writer.write(row(2, field(column("venue", new DoubleType()), 0.5)), null))
          .hasMessageContainingAll(
              TestingStorage.address(table.path), "'venue': table string, sink double", "LENIENT");
    }
  }

  @Test
  void nestedTypesMustAgreeInTheirForm() {
    NewColumns millis = new NewColumns(column("at", new ArrayType(new TimestampType(3))));
    NewColumns required =
        new NewColumns(column("at", new ArrayType(false, new TimestampType(false, 3))));
    NewColumns micros = new NewColumns(column("at", new ArrayType(new TimestampType(6))));
    NewColumns plain = new NewColumns(column("at", new TimestampType(3)));

    assertThat(millis.hold(required)).isTrue();
    assertThat(millis.and(required, "/t").all()).isEqualTo(millis.all());
    assertThatThrownBy(() -> millis.and(micros, "/t")).hasMessageContaining("'at'");
    assertThat(plain.hold(new NewColumns(column("at", new TimestampType(6))))).isTrue();
  }

  @Test
  void aColumnThatDiffersInCaseOnlyIsRefused() throws Exception {
    TestingTable table = table(SchemaPolicy.EVOLVE);
    table.append(row(1, venue("XETR")));

    assertThatThrownBy(
            () ->
                table.append(
                    row(2, field(column("Venue", VarCharType.STRING_TYPE), (Object) null))))
        .hasMessageContainingAll("'Venue'", "upper and lower case");
    assertThatThrownBy(() -> table.append(row(2, field(column("ID", new BigIntType()), 1L))))
        .hasMessageContainingAll("[ID]", "the sink writes itself");
  }

  @Test
  void columnsThatNoTableCanHaveFailBeforeAnythingIsWritten() throws Exception {
    TestingTable table = table(SchemaPolicy.EVOLVE);
    RowType twins =
        RowType.of(
            new LogicalType[] {VarCharType.STRING_TYPE, VarCharType.STRING_TYPE},
            new String[] {"venue", "Venue"});
    RowType inside = column("place", new RowType(twins.getFields()));

    refusedAtOnce(table, field(twins, null, null), "'venue'", "'Venue'");
    refusedAtOnce(table, field(inside, (Object) null), "place");
    refusedAtOnce(
        table, field(column("a b", VarCharType.STRING_TYPE), (Object) null), "a b", "contains");
    assertThat(log().latest()).isZero();
  }

  private static void refusedAtOnce(TestingTable table, RowData news, String... words)
      throws Exception {
    try (DeltaWriter writer = table.writer(0)) {
      assertThatThrownBy(() -> writer.write(row(1, news), null))
          .hasMessageContainingAll(words)
          .hasMessageContainingAll(
              TestingStorage.address(table.path), "they come again", "LENIENT");
    }
  }

  @Test
  void twinsAreNoTableSchemaWhoeverAsks() {
    RowType twins =
        RowType.of(new LogicalType[] {new BigIntType(), new BigIntType()}, new String[] {"a", "A"});

    assertThat(
            new SchemaComparison(DeltaTypes.toDelta(TYPE), DeltaTypes.toDelta(twins)).conflicts())
        .singleElement()
        .asString()
        .contains("'A'", "upper and lower case");
  }

  @Test
  void whatOthersAddedSinceTheWriterOpenedCountsToo() throws Exception {
    TestingTable table = table(SchemaPolicy.EVOLVE);
    try (DeltaWriter writer = table.writer(0)) {
      table.append(row(1, field(column("venue", new DoubleType()), 0.5)));

      assertThatThrownBy(() -> writer.write(row(2, venue("XETR")), null))
          .hasMessageContainingAll("version 1", "'venue': table double, sink string");
      assertThat(writer.prepareCommit()).isEmpty();
    }
  }

  @Test
  void twoTypesOfOneNewColumnAreRefused() throws Exception {
    TestingTable table = table(SchemaPolicy.EVOLVE);
    try (DeltaWriter writer = table.writer(0)) {
      writer.write(row(1, venue("XETR")), null);

      assertThatThrownBy(
              () -> writer.write(row(2, field(column("venue", new DoubleType()), 0.5)), null))
          .hasMessageContainingAll(
              TestingStorage.address(table.path), "'venue'", "DOUBLE", "No row is lost");
    }
  }

  @Test
  void aLenientSinkLeavesThemOut() throws Exception {
    TestingTable table = table(SchemaPolicy.LENIENT);
    table.append(row(1), row(2, venue("XETR")), row(3));

    assertThat(metadataVersions()).containsExactly(0L);
    assertThat(table.rows()).allSatisfy(row -> assertThat(row).containsOnlyKeys("id", "text"));
    assertThat(table.rows()).hasSize(3);
  }

  @Test
  void aStrictSinkFailsNamingThem() {
    TestingTable table = table(SchemaPolicy.FAIL);

    assertThatThrownBy(() -> table.append(row(1), row(2, venue("XETR"))))
        .hasMessageContainingAll(
            TestingStorage.address(table.path), "venue", "FAIL", "EVOLVE or LENIENT");
  }

  @Test
  void anUpsertTakesThemToo() throws Exception {
    Path path = directory.resolve("u");
    try (TestingUpsert upsert = TestingUpsert.start(path)) {
      upsert.put("a", 1, 10);
      upsert.put("b", 1, 20);
      upsert.commit();
      upsert.put("a", 2, 11, venue("XETR"));
      upsert.put("c", 1, 30);
      upsert.commit();
      upsert.put("c", 2, 31, venue("XPAR"));
      upsert.delete("b", 2);
      upsert.commit();

      DeltaMaintenance.optimize(
          TestingStorage.address(path), DeltaMaintenance.DEFAULT_TARGET_FILE_SIZE, false);
      upsert.put("a", 3, 12);
      upsert.commit();
      assertThat(upsert.table.rows())
          .extracting(row -> row.get("id") + ":" + row.get("amount") + ":" + row.get("venue"))
          .containsExactlyInAnyOrder("a:12:null", "c:31:XPAR");
    }
    TestingLog log = new TestingLog(path);
    assertThat(log.actions(2, "metaData")).hasSize(1);
    for (long version = 3; version <= log.latest(); version++) {
      assertThat(log.actions(version, "metaData")).isEmpty();
    }
    try (TestingUpsert again = TestingUpsert.start(path)) {
      again.put("c", 3, 32, venue("XLON"));
      again.commit();
      assertThat(again.content().toString()).isEqualTo("{a/d=12, c/d=32}");
    }
  }

  @Test
  void compactionsBeforeDuringAndAfterKeepTheColumn() throws Exception {
    Path path = directory.resolve("u");
    List<String> expected = new ArrayList<>();
    try (TestingUpsert upsert = TestingUpsert.compacting(path, null)) {
      for (int i = 0; i < 8; i++) {
        upsert.put("plain" + i, 1, i);
        upsert.commit();
        expected.add("plain" + i + ":null");
      }
      upsert.put("first", 1, 1, venue("XETR"));
      upsert.commit();
      expected.add("first:XETR");
      upsert.awaitCompaction();
      for (int i = 0; i < 20; i++) {
        upsert.put("k" + i, 1, i, i % 2 == 0 ? venue("v" + i) : null);
        upsert.commit();
        expected.add("k" + i + ":" + (i % 2 == 0 ? "v" + i : null));
      }
      upsert.awaitCompaction();
      assertThat(upsert.table.rows())
          .extracting(row -> row.get("id") + ":" + row.get("venue"))
          .containsExactlyInAnyOrderElementsOf(expected);
    }
    TestingLog log = new TestingLog(path);
    assertThat(log.live()).hasSizeLessThan(20);
    int changes = 0;
    for (long version = 1; version <= log.latest(); version++) {
      changes += log.actions(version, "metaData").size();
    }
    assertThat(changes).isEqualTo(1);
  }
}
