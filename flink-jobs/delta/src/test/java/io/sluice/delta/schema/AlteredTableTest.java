package io.sluice.delta.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.delta.commit.DeltaCommitter;
import io.sluice.delta.maintain.DeltaMaintenance;
import io.sluice.delta.sink.DeltaWriter;
import io.sluice.delta.testing.TestingCommitRequest;
import io.sluice.delta.testing.TestingLayout;
import io.sluice.delta.testing.TestingLog;
import io.sluice.delta.testing.TestingNewColumns;
import io.sluice.delta.testing.TestingStorage;
import io.sluice.delta.testing.TestingTable;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.table.types.logical.DoubleType;
import org.apache.flink.table.types.logical.FloatType;
import org.apache.flink.table.types.logical.IntType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.SmallIntType;
import org.apache.flink.table.types.logical.TinyIntType;
import org.apache.flink.table.types.logical.VarCharType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tables whose schema is not that of the sink: others altered it, or the sink changed. */
@Tag("storage")
class AlteredTableTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final RowType NESTED =
      RowType.of(new LogicalType[] {new IntType()}, new String[] {"x"});
  private static final RowType TYPE =
      RowType.of(
          new LogicalType[] {new BigIntType(), VarCharType.STRING_TYPE, NESTED},
          new String[] {"id", "text", "nested"});

  @TempDir Path directory;

  private TestingTable table;
  private TestingLog log;

  @BeforeEach
  void create() throws Exception {
    table = new TestingTable(directory.resolve("t"), TYPE);
    log = new TestingLog(table.path);
    table.append(row(1));
  }

  private static GenericRowData row(long id) {
    return GenericRowData.of(id, StringData.fromString("t" + id), GenericRowData.of((int) id));
  }

  /** Another writer changes the newest metadata. */
  private void alter(Consumer<ObjectNode> metadata, Consumer<ArrayNode> fields) throws IOException {
    log.alter(metadata, fields);
  }

  private void alterFields(Consumer<ArrayNode> fields) throws IOException {
    alter(metadata -> {}, fields);
  }

  private static ObjectNode column(String name, String type, boolean nullable) {
    ObjectNode field = JSON.createObjectNode().put("name", name).put("type", type);
    field.put("nullable", nullable).putObject("metadata");
    return field;
  }

  private void refused(String... words) {
    assertThatThrownBy(() -> table.append(row(2)))
        .hasMessageContaining(TestingStorage.address(table.path))
        .hasMessageContaining("(version " + latest() + ")")
        .hasMessageContainingAll(words);
  }

  private long latest() {
    try {
      return log.latest();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aRunningSinkSurvivesColumnsOrderCommentsAndProperties() throws Exception {
    DeltaCommitter committer = table.committer();
    try (DeltaWriter writer = table.writer(0)) {
      writer.write(row(2), null);
      alter(
          metadata ->
              ((ObjectNode) metadata.get("configuration"))
                  .put("delta.logRetentionDuration", "interval 9 days"),
          fields -> {
            fields.insert(0, column("first", "integer", true));
            fields.add(fields.remove(1));
            ((ObjectNode) fields.get(1).get("metadata")).put("comment", "changed");
            ((ArrayNode) fields.get(2).at("/type/fields")).add(column("y", "string", true));
          });
      committer.commit(
          List.of(
              new TestingCommitRequest(
                  table.committable("a", 1, -1, writer.prepareCommit().iterator().next()), 0)));
    }
    table.append(row(3));

    assertThat(table.values("id")).containsExactlyInAnyOrder(1L, 2L, 3L);
    assertThat(table.values("first")).containsOnlyNulls();
    assertThat(log.actions(3, "metaData")).isEmpty();
    assertThat(log.actions(4, "metaData")).isEmpty();

    DeltaMaintenance.optimize(
        TestingStorage.address(table.path), DeltaMaintenance.DEFAULT_TARGET_FILE_SIZE, false);
    assertThat(log.live()).hasSize(1);
    assertThat(table.values("id")).containsExactlyInAnyOrder(1L, 2L, 3L);
    assertThat(table.values("first")).containsOnlyNulls();
  }

  @Test
  void commentsAndPropertiesOfOthersOutliveOurOwnChange() throws Exception {
    alter(
        metadata -> ((ObjectNode) metadata.get("configuration")).put("owner", "me"),
        fields -> ((ObjectNode) fields.get(1).get("metadata")).put("comment", "kept"));

    wider(SchemaPolicy.EVOLVE).append(widerRow(2, 7));

    JsonNode metadata = log.actions(3, "metaData").get(0);
    assertThat(metadata.at("/configuration/owner").asText()).isEqualTo("me");
    assertThat(metadata.get("schemaString").asText()).contains("\"comment\":\"kept\"", "\"more\"");
  }

  @Test
  void whatNobodyCanWriteIsNamed() throws Exception {
    alterFields(fields -> fields.add(column("strict", "integer", false)));
    alterFields(fields -> ((ObjectNode) fields.get(0)).put("type", "string"));
    alterFields(
        fields -> {
          ObjectNode computed = column("computed", "integer", true);
          ((ObjectNode) computed.get("metadata")).put("CURRENT_DEFAULT", "7");
          fields.add(computed);
        });

    refused(
        "'strict' (integer) is only in the table and NOT NULL",
        "'id': table string, sink long",
        "'computed'",
        "CURRENT_DEFAULT",
        "Add or rename columns");
  }

  @ParameterizedTest
  @EnumSource(SchemaPolicy.class)
  void aDefaultOnAColumnOfTheSinkChangesNothing(SchemaPolicy policy) throws Exception {
    alterFields(
        fields -> ((ObjectNode) fields.get(1).get("metadata")).put("CURRENT_DEFAULT", "'none'"));
    TestingTable same =
        new TestingTable(
            table.path,
            TestingLayout.append(
                TYPE, List.of(), 1 << 20, TestingNewColumns.changes(TYPE, policy)));
    same.append(GenericRowData.of(2L, null, null, null));
    if (policy == SchemaPolicy.EVOLVE) {
      same.append(
          GenericRowData.of(
              3L,
              null,
              null,
              TestingNewColumns.field(TestingNewColumns.column("more", new IntType()), 7)));
      assertThat(same.values("more")).containsExactlyInAnyOrder(null, null, 7);
    }

    assertThat(same.values("text")).contains("t1").contains((Object) null);
    String schema =
        log.actions(policy == SchemaPolicy.EVOLVE ? 4 : 2, "metaData")
            .get(0)
            .get("schemaString")
            .asText();
    assertThat(schema).contains("CURRENT_DEFAULT");
  }

  private TestingTable wider(SchemaPolicy policy) {
    RowType nested =
        RowType.of(new LogicalType[] {new IntType(), new IntType()}, new String[] {"x", "y"});
    RowType type =
        RowType.of(
            new LogicalType[] {
              new BigIntType(),
              new IntType(),
              VarCharType.STRING_TYPE,
              policy == SchemaPolicy.EVOLVE ? nested : NESTED
            },
            new String[] {"id", "more", "text", "nested"});
    return new TestingTable(
        table.path, TestingLayout.append(type, List.of(), 1 << 20, SchemaChanges.of(policy)));
  }

  private static GenericRowData widerRow(long id, int more) {
    return GenericRowData.of(
        id, more, StringData.fromString("w"), GenericRowData.of((int) id, more));
  }

  @Test
  void aSinkWithMoreColumnsAddsThem() throws Exception {
    TestingTable wider = wider(SchemaPolicy.EVOLVE);
    wider.append(widerRow(2, 7));
    wider.append(widerRow(3, 8));

    assertThat(log.actions(2, "metaData")).hasSize(1);
    assertThat(log.actions(3, "metaData")).isEmpty();
    assertThat(wider.values("more")).containsExactlyInAnyOrder(null, 7, 8);
    assertThat(wider.values("nested").toString()).contains("y=8", "y=null");
    // The sink before it still fits.
    table.append(row(4));
    assertThat(wider.values("id")).containsExactlyInAnyOrder(1L, 2L, 3L, 4L);
  }

  @Test
  void aLenientSinkWithMoreColumnsWritesThoseThatTheTableHas() throws Exception {
    TestingTable wider = wider(SchemaPolicy.LENIENT);
    wider.append(widerRow(2, 7));

    assertThat(log.actions(2, "metaData")).isEmpty();
    assertThat(log.actions(2, "add").get(0).get("stats").asText()).doesNotContain("more");
    assertThat(wider.values("text")).containsExactlyInAnyOrder("t1", "w");
  }

  @Test
  void aStrictSinkWithMoreColumnsFails() {
    assertThatThrownBy(() -> wider(SchemaPolicy.FAIL).append(widerRow(2, 7)))
        .hasMessageContainingAll("'more' (integer) is not in the table", "FAIL", "(version 1)");
  }

  @Test
  void keysCannotBeAdded() {
    RowType type =
        RowType.of(
            new LogicalType[] {new BigIntType(), new BigIntType()}, new String[] {"id", "key"});
    TableLayout layout =
        TestingLayout.upsert(type, List.of(), 1 << 20, new UpsertKey(List.of("key"), "id"));

    assertThatThrownBy(() -> new TestingTable(table.path, layout).open())
        .hasMessageContainingAll("'key'", "cannot be added", "rows are told by it");
  }

  private static final RowType NUMBERS =
      RowType.of(
          new LogicalType[] {
            new BigIntType(),
            new TinyIntType(),
            new IntType(),
            new FloatType(),
            new DecimalType(8, 2)
          },
          new String[] {"id", "small", "whole", "real", "fee"});
  private static final RowType WIDER =
      RowType.of(
          new LogicalType[] {
            new BigIntType(),
            new SmallIntType(),
            new BigIntType(),
            new DoubleType(),
            new DecimalType(20, 4)
          },
          new String[] {"id", "small", "whole", "real", "fee"});

  private static GenericRowData narrow(long id) {
    return GenericRowData.of(
        id, (byte) 1, 2, 0.5f, DecimalData.fromBigDecimal(new BigDecimal("3.25"), 8, 2));
  }

  private static GenericRowData wide(long id) {
    return GenericRowData.of(
        id,
        (short) 1000,
        1L << 40,
        0.1,
        DecimalData.fromBigDecimal(new BigDecimal("123456789.1234"), 20, 4));
  }

  private static String numbers(Map<String, Object> row) {
    return List.of(
            row.get("id"), row.get("small"), row.get("whole"), row.get("real"), row.get("fee"))
        .toString();
  }

  @Test
  void aNarrowerSinkWritesTheTypesOfTheTable() throws Exception {
    new TestingTable(directory.resolve("n"), WIDER).append(wide(1));
    TestingTable narrow = new TestingTable(directory.resolve("n"), NUMBERS);
    narrow.append(narrow(2));

    assertThat(narrow.rows())
        .extracting(AlteredTableTest::numbers)
        .containsExactlyInAnyOrder(
            "[1, 1000, 1099511627776, 0.1, 123456789.1234]", "[2, 1, 2, 0.5, 3.2500]");
    assertThat(new TestingLog(narrow.path).actions(2, "metaData")).isEmpty();
  }

  @Test
  void aWiderSinkWidensATableThatDoesNotForbidIt() throws Exception {
    table = new TestingTable(directory.resolve("n"), NUMBERS);
    log = new TestingLog(table.path);
    table.append(narrow(1));
    TestingTable wider = new TestingTable(table.path, WIDER);
    alter(
        metadata ->
            ((ObjectNode) metadata.get("configuration")).put("delta.enableTypeWidening", "false"),
        fields -> {});
    assertThatThrownBy(wider::open)
        .hasMessageContainingAll(
            "'whole': table integer, sink long",
            "'fee'",
            "delta.enableTypeWidening is no longer false");

    alter(
        metadata -> ((ObjectNode) metadata.get("configuration")).remove("delta.enableTypeWidening"),
        fields -> {});
    wider.append(wide(2));
    wider.append(wide(3));
    table.append(narrow(4));

    assertThat(log.actions(4, "protocol").toString()).contains("typeWidening");
    assertThat(log.actions(4, "metaData").get(0).get("schemaString").asText())
        .contains("delta.typeChanges", "\"fromType\":\"integer\"", "\"toType\":\"long\"");
    assertThat(log.actions(5, "metaData")).isEmpty();
    assertThat(log.actions(5, "add").get(0).get("stats").asText())
        .contains("\"whole\":1099511627776");
    assertThat(wider.values("whole")).hasSize(4).allMatch(Long.class::isInstance);
    assertThatThrownBy(
            () ->
                new TestingTable(
                        table.path,
                        TestingLayout.append(
                            RowType.of(
                                new LogicalType[] {new BigIntType(), VarCharType.STRING_TYPE},
                                new String[] {"id", "whole"}),
                            List.of(),
                            1))
                    .open())
        .hasMessageContaining("'whole': table long, sink string");
  }
}
