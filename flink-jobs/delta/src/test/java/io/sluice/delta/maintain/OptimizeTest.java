package io.sluice.delta.maintain;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.delta.rewrite.RewriteResult;
import io.sluice.delta.table.DeltaTables;
import io.sluice.delta.table.TableDetail;
import io.sluice.delta.testing.AllTypes;
import io.sluice.delta.testing.TestingTable;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("storage")
class OptimizeTest extends OptimizesTable {

  @Test
  @Tag("disk")
  void smallFilesBecomeOne() throws Exception {
    for (int i = 0; i < 5; i++) {
      table.append(row(i, "a"), row(-i, null));
    }
    long bytes = DeltaTables.detail(path).bytes();

    RewriteResult result = optimize();

    assertThat(result.version()).hasValue(6);
    assertThat(result.filesRemoved()).isEqualTo(5);
    assertThat(result.bytesRemoved()).isEqualTo(bytes);
    assertThat(result.filesAdded()).isEqualTo(1);
    assertThat(result.rows()).isEqualTo(10);
    assertThat(result.filesDropped()).isZero();
    assertThat(table.values("id"))
        .as("oldest first")
        .containsExactly(0L, 0L, 1L, -1L, 2L, -2L, 3L, -3L, 4L, -4L);
    TableDetail detail = DeltaTables.detail(path);
    assertThat(detail.files()).isEqualTo(1);
    assertThat(detail.rows()).isEqualTo(10);
    assertThat(detail.bytes()).isEqualTo(result.bytesAdded());
  }

  @Test
  void theLogSaysWhatTheProtocolAsksFor() throws Exception {
    table.append(row(1, "a"));
    table.append(row(2, "b"));
    Map<String, JsonNode> before = log.live();

    optimize();

    JsonNode info = log.actions(3, "commitInfo").get(0);
    assertThat(info.get("operation").asText()).isEqualTo("OPTIMIZE");
    assertThat(info.get("isBlindAppend").asBoolean()).isFalse();
    assertThat(info.get("operationMetrics").get("numRemovedFiles").asText()).isEqualTo("2");
    assertThat(log.actions(3, "remove"))
        .hasSize(2)
        .allSatisfy(
            remove -> {
              JsonNode add = before.get(remove.get("path").asText());
              assertThat(remove.get("dataChange").asBoolean()).isFalse();
              assertThat(remove.get("extendedFileMetadata").asBoolean()).isTrue();
              assertThat(remove.get("size")).isEqualTo(add.get("size"));
              assertThat(remove.get("partitionValues")).isEqualTo(add.get("partitionValues"));
              assertThat(remove.get("deletionTimestamp").asLong())
                  .isCloseTo(
                      System.currentTimeMillis(), org.assertj.core.data.Offset.offset(60_000L));
            });
    JsonNode add = log.actions(3, "add").get(0);
    assertThat(add.get("dataChange").asBoolean()).isFalse();
    assertThat(add.get("stats").asText())
        .isEqualTo(
            "{\"numRecords\":2,\"minValues\":{\"id\":1,\"text\":\"a\"},"
                + "\"maxValues\":{\"id\":2,\"text\":\"b\"},\"nullCount\":{\"id\":0,\"text\":0}}");
    assertThat(DeltaTables.history(path, 1).get(0).operation()).isEqualTo("OPTIMIZE");
  }

  @Test
  void everyTypeIsCarriedOver() throws Exception {
    use(new TestingTable(lake.resolve("bronze/all types"), AllTypes.TYPE));
    for (RowData row : AllTypes.rows()) {
      table.append(row);
    }

    RewriteResult result = optimize();

    assertThat(result.filesRemoved()).isEqualTo(3);
    List<Map<String, Object>> rows = table.rows();
    rows.sort(Comparator.comparing(row -> (Integer) row.get("id")));
    assertThat(comparable(rows)).isEqualTo(comparable(AllTypes.expected()));
  }

  /** Arrays have no equality of their own. */
  private static List<Map<String, Object>> comparable(List<Map<String, Object>> rows) {
    return rows.stream()
        .map(
            row -> {
              Map<String, Object> copy = new HashMap<>(row);
              copy.replaceAll(
                  (name, value) -> value instanceof byte[] bytes ? ByteBuffer.wrap(bytes) : value);
              return copy;
            })
        .toList();
  }

  @Test
  void textThatIsNoTextKeepsItsBytes() throws Exception {
    byte[] broken = {'a', (byte) 0xff, 'b', (byte) 0xc3};
    table.append(GenericRowData.of(1L, StringData.fromBytes(broken)));
    table.append(row(2, "b"));

    optimize();

    byte[] file = Files.readAllBytes(table.path.resolve(log.live().keySet().iterator().next()));
    assertThat(new String(file, java.nio.charset.StandardCharsets.ISO_8859_1))
        .contains(new String(broken, java.nio.charset.StandardCharsets.ISO_8859_1));
  }

  @Test
  void partitionsAreNotMixed() throws Exception {
    use(new TestingTable(lake.resolve("silver/parts"), TYPE, "text"));
    String odd = "a b/c=d%25:\u00e9\"{}";
    for (int i = 0; i < 3; i++) {
      table.append(row(i, odd), row(10 + i, null), row(20 + i, "only " + i));
    }
    List<Map<String, Object>> before = table.rows();
    Map<String, JsonNode> live = log.live();

    RewriteResult result = optimize();

    assertThat(result.filesRemoved()).isEqualTo(6);
    assertThat(result.filesAdded()).isEqualTo(2);
    assertThat(table.rows()).containsExactlyInAnyOrderElementsOf(before);
    assertThat(log.live().values())
        .extracting(add -> add.get("partitionValues"))
        .containsAll(live.values().stream().map(add -> add.get("partitionValues")).toList());
  }

  @Test
  void theTargetSizeIsKept() throws Exception {
    for (int i = 0; i < 12; i++) {
      table.append(row(i, "text " + i));
    }
    long one = log.live().values().iterator().next().get("size").asLong();

    RewriteResult result = DeltaMaintenance.optimize(path, 4 * one + one / 2, false);

    assertThat(result.filesAdded()).isEqualTo(3);
    assertThat(log.live().values())
        .allSatisfy(add -> assertThat(add.get("stats").asText()).contains("\"numRecords\":4"));
    assertThat(DeltaMaintenance.optimize(path, one, false).version()).isEmpty();
  }

  @Test
  void whatIsInShapeIsLeftAlone() throws Exception {
    table.open();
    assertThat(optimize().version()).isEmpty();
    table.append(row(1, "a"));
    assertThat(optimize().version()).isEmpty();
    table.append(row(2, "a"));
    assertThat(optimize().version()).isPresent();
    long latest = log.latest();
    assertThat(optimize().version()).isEmpty();
    assertThat(log.latest()).isEqualTo(latest);
  }

  @Test
  void aDryRunChangesNothing() throws Exception {
    table.append(row(1, "a"));
    table.append(row(2, "a"));
    List<Path> files = parquetFiles();

    RewriteResult plan = DeltaMaintenance.optimize(path, TARGET, true);

    assertThat(plan.version()).isEmpty();
    assertThat(plan.filesRemoved()).isEqualTo(2);
    assertThat(plan.filesAdded()).isEqualTo(1);
    assertThat(plan.bytesAdded()).isEqualTo(plan.bytesRemoved()).isPositive();
    assertThat(log.latest()).isEqualTo(2);
    assertThat(parquetFiles()).isEqualTo(files);
  }

  @Test
  void deletedRowsStayDeleted() throws Exception {
    table.append(row(0, "a"), row(1, "b"), row(2, "c"), row(3, "d"));
    log.allowDeletionVectors();
    String file = log.live().keySet().iterator().next();
    log.delete(file, 1, 2);
    assertThat(table.values("id")).containsExactly(0L, 3L);

    RewriteResult result = optimize();

    assertThat(result.filesRemoved()).isEqualTo(1);
    assertThat(result.rows()).isEqualTo(2);
    assertThat(table.values("id")).containsExactly(0L, 3L);
    JsonNode remove = log.actions(log.latest(), "remove").get(0);
    assertThat(remove.get("deletionVector").get("cardinality").asInt()).isEqualTo(2);
    assertThat(log.live().values().iterator().next().has("deletionVector")).isFalse();
  }

  @Test
  void fewDeletionsAloneAreNotWorthARewrite() throws Exception {
    List<RowData> rows = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      rows.add(row(i, "a"));
    }
    table.append(rows.toArray(RowData[]::new));
    log.allowDeletionVectors();
    log.delete(log.live().keySet().iterator().next(), 4);

    assertThat(optimize().version()).isEmpty();
    table.append(row(10, "b"));
    assertThat(optimize().rows()).isEqualTo(10);
    assertThat(table.values("id")).hasSize(10).doesNotContain(4L);
  }

  @Test
  void aFileWhoseRowsAreAllDeletedJustGoes() throws Exception {
    table.append(row(0, "a"));
    log.allowDeletionVectors();
    log.delete(log.live().keySet().iterator().next(), 0);

    RewriteResult result = optimize();

    assertThat(result.filesRemoved()).isEqualTo(1);
    assertThat(result.filesAdded()).isZero();
    assertThat(DeltaTables.detail(path).files()).isZero();
    assertThat(table.rows()).isEmpty();
  }

  @Test
  void anAppendOnlyTableMayBePacked() throws Exception {
    table.append(row(1, "a"));
    table.append(row(2, "b"));
    String appendOnly =
        log.actions(0, "metaData")
            .get(0)
            .toString()
            .replace("\"configuration\":{", "\"configuration\":{\"delta.appendOnly\":\"true\",");
    log.commit("{\"metaData\":" + appendOnly + "}");

    assertThat(optimize().filesAdded()).isEqualTo(1);
    assertThat(table.values("id")).containsExactlyInAnyOrder(1L, 2L);
  }

  @Test
  void olderVersionsCanStillBeRead() throws Exception {
    table.append(row(1, "a"));
    table.append(row(2, "b"));
    optimize();
    try (Stream<Map<String, Object>> rows =
        DeltaTables.rows(path, OptionalLong.of(1), List.of("id"), -1)) {
      assertThat(rows).containsExactly(Map.of("id", 1L));
    }
  }
}
