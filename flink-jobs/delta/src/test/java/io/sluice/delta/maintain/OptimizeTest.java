package io.sluice.delta.maintain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.delta.commit.DeltaCommittable;
import io.sluice.delta.commit.DeltaCommitter;
import io.sluice.delta.rewrite.RewriteResult;
import io.sluice.delta.sink.DeltaWriter;
import io.sluice.delta.table.DeltaTables;
import io.sluice.delta.table.TableDetail;
import io.sluice.delta.testing.AllTypes;
import io.sluice.delta.testing.TestingCommitRequest;
import io.sluice.delta.testing.TestingLog;
import io.sluice.delta.testing.TestingStorage;
import io.sluice.delta.testing.TestingTable;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
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
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.VarCharType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("storage")
class OptimizeTest {

  private static final RowType TYPE =
      RowType.of(
          new LogicalType[] {new BigIntType(), VarCharType.STRING_TYPE},
          new String[] {"id", "text"});
  private static final long TARGET = DeltaMaintenance.DEFAULT_TARGET_FILE_SIZE;

  @TempDir Path lake;

  private TestingTable table;
  private TestingLog log;
  private String path;

  @BeforeEach
  void create() {
    use(new TestingTable(lake.resolve("silver/trades"), TYPE));
  }

  private void use(TestingTable other) {
    table = other;
    path = TestingStorage.address(table.path);
    log = new TestingLog(table.path);
  }

  private static GenericRowData row(long id, String text) {
    return GenericRowData.of(id, text == null ? null : StringData.fromString(text));
  }

  private List<Path> parquetFiles() throws IOException {
    try (Stream<Path> files = Files.walk(table.path)) {
      return files
          .filter(file -> file.toString().endsWith(".parquet"))
          .filter(file -> !file.toString().contains("_delta_log"))
          .toList();
    }
  }

  private RewriteResult optimize() throws IOException {
    return DeltaMaintenance.optimize(path, TARGET, false);
  }

  private RewriteResult optimizeWhile(ThrowingRunnable meanwhile) throws IOException {
    return new Compaction(TestingStorage.of(table.path), TARGET, meanwhile.unchecked()).run(false);
  }

  @FunctionalInterface
  private interface ThrowingRunnable {
    void run() throws Exception;

    default Runnable unchecked() {
      return () -> {
        try {
          run();
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        } catch (Exception e) {
          throw new IllegalStateException(e);
        }
      };
    }
  }

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
  void rowsAppendedMeanwhileStay() throws Exception {
    table.append(row(1, "a"));
    table.append(row(2, "b"));

    RewriteResult result = optimizeWhile(() -> table.append(row(3, "c")));

    assertThat(result.version()).hasValue(4);
    assertThat(result.filesDropped()).isZero();
    assertThat(table.values("id")).containsExactlyInAnyOrder(1L, 2L, 3L);
    assertThat(DeltaTables.detail(path).files()).isEqualTo(2);
  }

  @Test
  void rowsDeletedMeanwhileStayDeleted() throws Exception {
    use(new TestingTable(lake.resolve("silver/parts"), TYPE, "text"));
    table.append(row(1, "a"), row(2, "b"), row(5, "a"));
    table.append(row(3, "a"), row(4, "b"), row(6, "a"));
    log.allowDeletionVectors();
    List<String> changed =
        log.live().keySet().stream().filter(file -> file.startsWith("text=a")).toList();

    RewriteResult result =
        optimizeWhile(
            () -> {
              log.delete(changed.get(0), 0);
              log.delete(changed.get(1), 1);
            });

    assertThat(result.filesRemoved()).isEqualTo(4);
    assertThat(result.filesDropped()).isZero();
    assertThat(table.values("id")).hasSize(4).contains(2L, 4L);
    assertThat(log.live()).hasSize(2);
  }

  @Test
  void anotherOptimizeMeanwhileWinsAndNothingIsDoubled() throws Exception {
    table.append(row(1, "a"));
    table.append(row(2, "b"));

    RewriteResult result = optimizeWhile(this::optimize);

    assertThat(result.version()).isEmpty();
    assertThat(result.filesDropped()).isEqualTo(2);
    assertThat(table.values("id")).containsExactlyInAnyOrder(1L, 2L);
    assertThat(parquetFiles()).hasSize(3);
  }

  @Test
  void aSchemaChangedMeanwhileDropsEverything() throws Exception {
    table.append(row(1, "a"));
    table.append(row(2, "b"));
    JsonNode metadata = log.actions(0, "metaData").get(0);
    String changed =
        metadata.toString().replace("\"configuration\":{", "\"configuration\":{\"x\":\"y\",");

    RewriteResult result = optimizeWhile(() -> log.commit("{\"metaData\":" + changed + "}"));

    assertThat(result.version()).isEmpty();
    assertThat(result.filesDropped()).isEqualTo(2);
    assertThat(parquetFiles()).hasSize(2);
  }

  @Test
  void aFailureLeavesNothingBehind() throws Exception {
    table.append(row(1, "a"));
    table.append(row(2, "b"));

    assertThatThrownBy(
            () ->
                optimizeWhile(
                    () -> {
                      throw new IOException("disk full");
                    }))
        .hasMessageContaining("disk full");

    assertThat(parquetFiles()).hasSize(2);
    assertThat(log.latest()).isEqualTo(2);
  }

  @Test
  void aJobGoesOnCommittingAfterwards() throws Exception {
    DeltaCommitter committer = table.committer();
    try (DeltaWriter writer = table.writer(0)) {
      long previous = DeltaCommittable.NO_PREVIOUS;
      for (int checkpoint = 1; checkpoint <= 12; checkpoint++) {
        writer.write(row(checkpoint, "a"), null);
        DeltaCommittable committable =
            table.committable("i", checkpoint, previous, writer.prepareCommit().iterator().next());
        committer.commit(List.of(new TestingCommitRequest(committable, 0)));
        previous = checkpoint;
        if (checkpoint % 3 == 0) {
          assertThat(optimize().version()).isPresent();
        }
      }
    }
    assertThat(table.values("id")).hasSize(12).doesNotHaveDuplicates();
    assertThat(DeltaTables.detail(path).files()).isEqualTo(1);
  }

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
