package io.sluice.delta.schema;

import static io.sluice.delta.testing.TestingNewColumns.field;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.delta.commit.DeltaCommittable;
import io.sluice.delta.commit.DeltaCommitter;
import io.sluice.delta.commit.DeltaWriteResult;
import io.sluice.delta.log.DeltaFile;
import io.sluice.delta.maintain.DeltaMaintenance;
import io.sluice.delta.sink.DeltaWriter;
import io.sluice.delta.testing.TestingCommitRequest;
import io.sluice.delta.testing.TestingLayout;
import io.sluice.delta.testing.TestingLog;
import io.sluice.delta.testing.TestingNewColumns;
import io.sluice.delta.testing.TestingStorage;
import io.sluice.delta.testing.TestingTable;
import io.sluice.delta.testing.TestingUpsert;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.table.types.logical.DoubleType;
import org.apache.flink.table.types.logical.FloatType;
import org.apache.flink.table.types.logical.IntType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.VarCharType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows bring wider types of a sink's own columns along, while the sink runs. */
class WiderColumnsTest {

  private static final RowType TYPE =
      RowType.of(
          new LogicalType[] {
            new BigIntType(), new IntType(), new FloatType(), new DecimalType(8, 2)
          },
          new String[] {"id", "whole", "real", "fee"});
  private static final RowType WIDE_WHOLE = TestingNewColumns.column("whole", new BigIntType());
  private static final RowType WIDE_FEE = TestingNewColumns.column("fee", new DecimalType(20, 4));
  private static final RowType CODE = TestingNewColumns.column("code", new IntType());
  private static final RowType WIDE_CODE = TestingNewColumns.column("code", new BigIntType());
  private static final RowType WIDE_ALL =
      RowType.of(
          new LogicalType[] {new BigIntType(), new DoubleType(), new DecimalType(12, 2)},
          new String[] {"whole", "real", "fee"});

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

  private static DecimalData decimal(String value, int precision, int scale) {
    return DecimalData.fromBigDecimal(new BigDecimal(value), precision, scale);
  }

  private static GenericRowData row(long id, Integer whole, RowData newColumns) {
    return GenericRowData.of(id, whole, 0.5f, decimal("1.25", 8, 2), newColumns);
  }

  private static List<String> rows(TestingTable table) throws IOException {
    return table.rows().stream()
        .map(
            row ->
                "%s: %s %s %s"
                    .formatted(row.get("id"), row.get("whole"), row.get("real"), row.get("fee")))
        .sorted()
        .toList();
  }

  private static DeltaCommittable checkpoint(TestingTable table, DeltaWriter writer, long id)
      throws Exception {
    return committable(table, id, writer.prepareCommit().iterator().next());
  }

  private static DeltaCommittable committable(
      TestingTable table, long checkpoint, DeltaWriteResult result) {
    return table.committable("one", checkpoint, checkpoint == 1 ? -1 : checkpoint - 1, result);
  }

  private static void commit(DeltaCommitter committer, DeltaCommittable committable)
      throws Exception {
    committer.commit(List.of(new TestingCommitRequest(committable, 0)));
  }

  @Test
  void theVersionThatBringsTheFirstWideRowsWidensTheTable() throws Exception {
    TestingTable table = table(SchemaPolicy.EVOLVE);
    DeltaCommitter committer = table.committer();
    try (DeltaWriter writer = table.writer(0)) {
      writer.write(row(1, 7, null), null);
      commit(committer, checkpoint(table, writer, 1));
      writer.write(row(2, 8, null), null);
      writer.write(row(3, null, field(WIDE_WHOLE, 1L << 40)), null);
      writer.write(row(4, 9, null), null);
      writer.write(row(5, 10, field(WIDE_WHOLE, 10L)), null);
      writer.write(row(6, null, field(WIDE_WHOLE, (Object) null)), null);
      commit(committer, checkpoint(table, writer, 2));
      writer.write(row(7, null, null), null);
      writer.write(row(8, 11, field(WIDE_FEE, decimal("123456789.1234", 20, 4))), null);
      commit(committer, checkpoint(table, writer, 3));
      writer.write(row(9, 12, null), null);
      writer.write(row(10, null, field(WIDE_ALL, 1L << 41, 0.1, decimal("2.50", 12, 2))), null);
      commit(committer, checkpoint(table, writer, 4));
    }

    assertThat(rows(table))
        .containsExactlyInAnyOrder(
            "1: 7 0.5 1.2500",
            "2: 8 0.5 1.2500",
            "3: 1099511627776 0.5 1.2500",
            "4: 9 0.5 1.2500",
            "5: 10 0.5 1.2500",
            "6: null 0.5 1.2500",
            "7: null 0.5 1.2500",
            "8: 11 0.5 123456789.1234",
            "9: 12 0.5 1.2500",
            "10: 2199023255552 0.1 2.5000");
    assertThat(log().actions(2, "protocol").toString()).contains("typeWidening");
    assertThat(log().actions(2, "metaData").get(0).get("configuration").toString())
        .contains("\"delta.enableTypeWidening\":\"true\"");
    assertThat(log().actions(2, "metaData").get(0).get("schemaString").asText())
        .contains("delta.typeChanges", "\"fromType\":\"integer\"", "\"toType\":\"long\"");
    assertThat(log().actions(2, "add").toString()).contains("\\\"whole\\\":1099511627776");
    assertThat(log().actions(3, "protocol")).isEmpty();
    assertThat(log().actions(3, "metaData")).hasSize(1);
    assertThat(log().actions(4, "metaData")).hasSize(1);
  }

  @Test
  void aSinkThatStartsAgainWithItsOwnTypesGoesOn() throws Exception {
    TestingTable table = table(SchemaPolicy.EVOLVE);
    table.append(row(1, 7, null), row(2, null, field(WIDE_WHOLE, 1L << 40)));
    table.append(row(3, 8, null));
    table.append(row(4, null, field(WIDE_WHOLE, 1L << 41)), row(5, 9, null));

    assertThat(table.values("whole")).containsExactlyInAnyOrder(7L, 1L << 40, 8L, 1L << 41, 9L);
    assertThat(log().actions(2, "metaData")).isEmpty();
    assertThat(log().actions(3, "metaData")).isEmpty();
  }

  @Test
  void oneSubtaskMayKnowWhatAnotherDoesNot() throws Exception {
    TestingTable table = table(SchemaPolicy.EVOLVE);
    DeltaCommitter committer = table.committer();
    try (DeltaWriter one = table.writer(0);
        DeltaWriter other = table.writer(1)) {
      one.write(row(1, null, field(WIDE_WHOLE, 1L << 40)), null);
      other.write(row(2, 8, null), null);
      commit(committer, both(table, 1, one, other));
      other.write(row(3, 9, null), null);
      commit(committer, checkpoint(table, other, 2));
    }

    assertThat(table.values("whole")).containsExactlyInAnyOrder(1L << 40, 8L, 9L);
  }

  @Test
  void aNewColumnIsWidenedAsWell() throws Exception {
    TestingTable table = table(SchemaPolicy.EVOLVE);
    DeltaCommitter committer = table.committer();
    try (DeltaWriter writer = table.writer(0)) {
      writer.write(row(1, 1, field(CODE, 7)), null);
      commit(committer, checkpoint(table, writer, 1));
      writer.write(row(2, 2, field(WIDE_CODE, 1L << 40)), null);
      writer.write(row(3, 3, field(CODE, 8)), null);
      writer.write(row(4, 4, null), null);
      commit(committer, checkpoint(table, writer, 2));
    }

    assertThat(table.values("code")).containsExactlyInAnyOrder(7L, 1L << 40, 8L, null);
  }

  /** What the newest metadata says of a column. */
  private String column(String name) throws IOException {
    String schema = "";
    for (long version = 0; version <= log().latest(); version++) {
      for (var metadata : log().actions(version, "metaData")) {
        schema = metadata.get("schemaString").asText();
      }
    }
    int at = schema.indexOf("\"name\":\"" + name + "\"");
    int next = schema.indexOf("\"name\"", at + 1);
    return schema.substring(at, next < 0 ? schema.length() : next);
  }

  @Test
  void aColumnThatIsNewWithTwoTypesTellsReadersOfBoth() throws Exception {
    TestingTable table = table(SchemaPolicy.EVOLVE);
    DeltaCommitter committer = table.committer();
    try (DeltaWriter one = table.writer(0);
        DeltaWriter other = table.writer(1)) {
      one.write(row(1, 1, field(CODE, 7)), null);
      other.write(row(2, 2, field(WIDE_CODE, 1L << 40)), null);
      commit(committer, both(table, 1, one, other));
      assertThat(column("code"))
          .contains("\"type\":\"long\"", "\"fromType\":\"integer\"", "\"toType\":\"long\"");
      assertThat(log().actions(1, "protocol").toString()).contains("typeWidening");

      one.write(row(3, 3, field(CODE, 8)), null);
      commit(committer, checkpoint(table, one, 2));
    }

    assertThat(table.values("code")).containsExactlyInAnyOrder(7L, 1L << 40, 8L);
    assertThat(log().actions(2, "metaData")).isEmpty();
  }

  private static DeltaCommittable both(
      TestingTable table, long checkpoint, DeltaWriter one, DeltaWriter other) throws Exception {
    DeltaWriteResult first = one.prepareCommit().iterator().next();
    DeltaWriteResult second = other.prepareCommit().iterator().next();
    List<DeltaFile> files = new ArrayList<>(first.files());
    files.addAll(second.files());
    return committable(
        table,
        checkpoint,
        new DeltaWriteResult(
            files,
            first.positions(),
            first.retractions(),
            first.learned(),
            first.newColumns().and(second.newColumns(), "t")));
  }

  @Test
  void aNarrowerFileOfAColumnThatWasNeverNarrowIsToldOf() throws Exception {
    TestingTable table = table(SchemaPolicy.EVOLVE);
    DeltaCommitter committer = table.committer();
    try (DeltaWriter late = table.writer(0)) {
      late.write(row(1, 1, field(CODE, 7)), null);
      DeltaWriteResult result = late.prepareCommit().iterator().next();
      table.append(row(2, 2, field(WIDE_CODE, 1L << 40)));
      assertThat(column("code")).doesNotContain("typeChanges");
      commit(committer, table.committable("other", 1, -1, result));
    }

    assertThat(column("code")).contains("\"type\":\"long\"", "\"fromType\":\"integer\"");
    assertThat(table.values("code")).containsExactlyInAnyOrder(7L, 1L << 40);
  }

  @Test
  void threeGenerationsOfTypesInOneVersion() throws Exception {
    TestingTable table = table(SchemaPolicy.EVOLVE);
    DeltaCommitter committer = table.committer();
    RowType second = TestingNewColumns.column("fee", new DecimalType(20, 4));
    RowType third = TestingNewColumns.column("fee", new DecimalType(25, 4));
    try (DeltaWriter one = table.writer(0);
        DeltaWriter other = table.writer(1)) {
      one.write(row(1, 1, field(second, decimal("1.5000", 20, 4))), null);
      other.write(row(2, 2, field(third, decimal("2.5000", 25, 4))), null);
      commit(committer, both(table, 1, one, other));
      one.write(row(3, 3, field(second, decimal("3.5000", 20, 4))), null);
      other.write(row(4, 4, null), null);
      commit(committer, both(table, 2, one, other));
    }

    assertThat(column("fee"))
        .contains("\"type\":\"decimal(25,4)\"")
        .contains("\"fromType\":\"decimal(8,2)\"", "\"fromType\":\"decimal(20,4)\"");
    assertThat(rows(table))
        .extracting(row -> row.substring(row.lastIndexOf(' ') + 1))
        .containsExactlyInAnyOrder("1.5000", "2.5000", "3.5000", "1.2500");
  }

  @Test
  void aColumnThatTheSinkHasGotMayComeWideAtOnce() throws Exception {
    RowType before =
        RowType.of(
            new LogicalType[] {new BigIntType(), new FloatType(), new DecimalType(8, 2)},
            new String[] {"id", "real", "fee"});
    new TestingTable(directory.resolve("t"), TestingLayout.append(before, List.of(), 1 << 20))
        .open();
    TestingTable table = table(SchemaPolicy.EVOLVE);
    table.append(row(1, 7, null), row(2, null, field(WIDE_WHOLE, 1L << 40)), row(3, 8, null));

    assertThat(column("whole")).contains("\"type\":\"long\"", "\"fromType\":\"integer\"");
    assertThat(table.values("whole")).containsExactlyInAnyOrder(7L, 1L << 40, 8L);
  }

  @Test
  void boundsOfFloatsAreThoseOfDoublesToo() throws Exception {
    TestingTable table = table(SchemaPolicy.EVOLVE);
    GenericRowData row = row(1, 1, null);
    row.setField(2, 0.1f);
    GenericRowData other = row(2, 2, null);
    other.setField(2, 0.7f);
    table.append(row, other);

    String stats = log().actions(1, "add").get(0).get("stats").asText();
    double low = Double.parseDouble(stats.replaceAll(".*minValues[^}]*\"real\":([^,}]*).*", "$1"));
    double high = Double.parseDouble(stats.replaceAll(".*maxValues[^}]*\"real\":([^,}]*).*", "$1"));
    assertThat(low).isBetween(0.0999999, (double) 0.1f);
    assertThat(high).isBetween((double) 0.7f, 0.7000002);
  }

  @Test
  void theTypesOfFilesAreInTheEncodedForm() {
    NewColumns all =
        new NewColumns(CODE)
            .and(new NewColumns(WIDE_CODE), "t")
            .and(new NewColumns(TestingNewColumns.column("more", new IntType())), "t");

    assertThat(NewColumns.decode(all.encode())).isEqualTo(all);
    assertThat(all.narrower()).extracting(RowType.RowField::getType).containsExactly(new IntType());
    assertThat(all.hold(new NewColumns(CODE))).isTrue();
    assertThat(all.hold(new NewColumns(TestingNewColumns.column("code", new DoubleType()))))
        .isFalse();
  }

  @Test
  void aTableThatForbidsItStaysAsItIs() throws Exception {
    TestingTable table = table(SchemaPolicy.EVOLVE);
    table.append(row(1, 7, null));
    log()
        .alter(
            metadata ->
                ((ObjectNode) metadata.get("configuration"))
                    .put("delta.enableTypeWidening", "false"),
            fields -> {});

    try (DeltaWriter writer = table.writer(0)) {
      assertThatThrownBy(() -> writer.write(row(2, null, field(WIDE_WHOLE, 1L << 40)), null))
          .hasMessageContainingAll(
              TestingStorage.address(table.path),
              "version 2",
              "delta.enableTypeWidening is false",
              "whole (long)",
              "No row is lost");
      assertThat(writer.prepareCommit()).isEmpty();
    }
  }

  @Test
  void onlyWiderTypesAreBroughtAlong() throws Exception {
    TestingTable table = table(SchemaPolicy.EVOLVE);
    try (DeltaWriter writer = table.writer(0)) {
      for (RowType other :
          List.of(
              TestingNewColumns.column("whole", VarCharType.STRING_TYPE),
              TestingNewColumns.column("whole", new FloatType()),
              TestingNewColumns.column("fee", new DecimalType(9, 4)),
              TestingNewColumns.column("Whole", new BigIntType()))) {
        assertThatThrownBy(() -> writer.write(row(1, 1, field(other, (Object) null)), null))
            .hasMessageContainingAll(
                other.getFieldNames().get(0), "which the sink writes itself", "wider types");
      }
    }
  }

  @Test
  void whatRowsAreToldByKeepsItsType() throws Exception {
    TestingTable table = table(SchemaPolicy.EVOLVE, "whole");
    try (DeltaWriter writer = table.writer(0)) {
      assertThatThrownBy(() -> writer.write(row(1, 1, field(WIDE_WHOLE, 1L << 40)), null))
          .hasMessageContainingAll("[whole]", "which the sink writes itself");
    }
  }

  @Test
  void aLenientSinkDoesNotLoseTheValue() throws Exception {
    TestingTable table = table(SchemaPolicy.LENIENT);
    try (DeltaWriter writer = table.writer(0)) {
      assertThatThrownBy(() -> writer.write(row(1, null, field(WIDE_WHOLE, 1L << 40)), null))
          .hasMessageContaining("[whole]");
    }
  }

  @Test
  void upsertsAndCompactionsKeepNarrowAndWideRows() throws Exception {
    Path path = directory.resolve("u");
    List<String> expected = new ArrayList<>();
    try (TestingUpsert upsert = TestingUpsert.compacting(path, null)) {
      for (int i = 0; i < 12; i++) {
        upsert.put("n" + i, 1, i, field(CODE, i));
        upsert.put("changed", i + 1, i);
        upsert.commit();
        expected.add("n" + i + "=" + i);
      }
      for (int i = 0; i < 20; i++) {
        upsert.put("w" + i, 1, i, i % 2 == 0 ? field(WIDE_CODE, (1L << 40) + i) : field(CODE, i));
        upsert.put("changed", i + 100, i);
        upsert.commit();
        expected.add("w" + i + "=" + (i % 2 == 0 ? (1L << 40) + i : i));
      }
      upsert.awaitCompaction();
      upsert.commit();
      expected.add("changed=null");

      assertThat(codes(upsert)).containsExactlyInAnyOrderElementsOf(expected);
      assertThat(upsert.files()).isLessThan(20);
    }
    DeltaMaintenance.optimize(
        TestingStorage.address(path), DeltaMaintenance.DEFAULT_TARGET_FILE_SIZE, false);
    try (TestingUpsert again = TestingUpsert.start(path)) {
      again.put("changed", 1000, 5, field(WIDE_CODE, 5L));
      again.commit();
      expected.set(expected.size() - 1, "changed=5");
      assertThat(codes(again)).containsExactlyInAnyOrderElementsOf(expected);
    }
  }

  private static List<String> codes(TestingUpsert upsert) throws IOException {
    return upsert.table.rows().stream().map(row -> row.get("id") + "=" + row.get("code")).toList();
  }
}
