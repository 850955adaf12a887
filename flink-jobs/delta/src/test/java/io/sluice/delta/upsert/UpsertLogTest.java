package io.sluice.delta.upsert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.delta.kernel.Operation;
import io.delta.kernel.TableManager;
import io.delta.kernel.expressions.Column;
import io.delta.kernel.expressions.Literal;
import io.delta.kernel.expressions.Predicate;
import io.delta.kernel.internal.actions.DeletionVectorDescriptor;
import io.delta.kernel.internal.deletionvectors.Base85Codec;
import io.delta.kernel.internal.util.Utils;
import io.delta.kernel.utils.CloseableIterable;
import io.sluice.delta.commit.DeltaCommittable;
import io.sluice.delta.commit.DeltaCommitter;
import io.sluice.delta.commit.DeltaWriteResult;
import io.sluice.delta.commit.Retractions;
import io.sluice.delta.live.Lineage;
import io.sluice.delta.live.LiveFiles;
import io.sluice.delta.log.DeletionVectors;
import io.sluice.delta.log.DeltaFile;
import io.sluice.delta.log.FileChanges;
import io.sluice.delta.log.LiveFile;
import io.sluice.delta.log.TableHead;
import io.sluice.delta.log.TableLog;
import io.sluice.delta.schema.TableLayout;
import io.sluice.delta.schema.UpsertKey;
import io.sluice.delta.sink.DeltaWriter;
import io.sluice.delta.storage.TableEngine;
import io.sluice.delta.testing.TestingCommitRequest;
import io.sluice.delta.testing.TestingCommittables;
import io.sluice.delta.testing.TestingKeyedUpsert;
import io.sluice.delta.testing.TestingLayout;
import io.sluice.delta.testing.TestingLog;
import io.sluice.delta.testing.TestingStorage;
import io.sluice.delta.testing.TestingTable;
import io.sluice.delta.testing.TestingUpsert;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.VarCharType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.roaringbitmap.RoaringBitmap;

/** What an upsert writes into the log, and what it makes of the log of others. */
@Tag("storage")
class UpsertLogTest {

  @TempDir Path directory;

  private Path path() {
    return directory.resolve("t");
  }

  static StringData s(String t) {
    return StringData.fromString(t);
  }

  private static final RowType DEC =
      RowType.of(
          new LogicalType[] {VarCharType.STRING_TYPE, new BigIntType(), new DecimalType(38, 10)},
          new String[] {"id", "version", "amount"});

  static DecimalData dec(String t) {
    return DecimalData.fromBigDecimal(new BigDecimal(t), 38, 10);
  }

  @Test
  void decimalBoundsSurviveADeletionVector() throws Exception {
    try (TestingKeyedUpsert up =
        new TestingKeyedUpsert(path(), DEC, List.of(), new UpsertKey(List.of("id"), "version"))) {
      up.put(s("a"), 1L, dec("12345678901234567.1234567891"));
      up.put(s("b"), 1L, dec("98765432109876543.9876543219"));
      up.put(s("c"), 1L, dec("22345678901234567.1"));
      up.checkpoint();
      up.delete(s("c"), 2L, dec("0"));
      up.checkpoint();
      String after = TestingKeyedUpsert.live(path()).iterator().next().file().stats();
      assertThat(after)
          .contains("98765432109876543.9876543219")
          .contains("12345678901234567.1234567891");
    }
  }

  @Test
  void aRemovedFileHasNoStatisticsAndTagsAndTheAddedOneHas() throws Exception {
    try (TestingUpsert upsert = TestingUpsert.start(path())) {
      upsert.put("a", 1, 1);
      upsert.put("b", 1, 1);
      upsert.commit();
      upsert.put("a", 2, 2);
      upsert.commit();
    }
    TestingLog log = new TestingLog(path());

    assertThat(log.actions(log.latest(), "remove"))
        .singleElement()
        .satisfies(
            remove -> {
              assertThat(remove.has("stats")).isFalse();
              assertThat(remove.has("tags")).isFalse();
              assertThat(remove.get("extendedFileMetadata").asBoolean()).isTrue();
              assertThat(remove.get("size").asLong()).isPositive();
              assertThat(remove.has("partitionValues")).isTrue();
            });
    assertThat(log.actions(log.latest(), "add"))
        .hasSize(2)
        .allSatisfy(add -> assertThat(add.get("stats").asText()).contains("numRecords"))
        .allSatisfy(add -> assertThat(add.get("tags").has(LiveFile.ORIGIN_TAG)).isTrue());
  }

  @Test
  void boundsAreLooseAlsoBelowAnotherVector() throws Exception {
    DeltaFile file =
        new DeltaFile("f.parquet", Map.of(), 1, 1, "{\"numRecords\":5,\"tightBounds\":true}");
    DeletionVectors vectors = new DeletionVectors(TestingStorage.of(directory.resolve("t")));
    var one = vectors.write(List.of(RoaringBitmap.bitmapOf(1))).descriptors().get(0);
    var two = vectors.write(List.of(RoaringBitmap.bitmapOf(1, 2))).descriptors().get(0);
    LiveFile others = new LiveFile(file, OptionalLong.of(5), Optional.of(one), Map.of());
    assertThat(others.with(two).file().stats()).contains("\"tightBounds\":false");
  }

  /** Tags, vectors and partition nulls after log checkpoints, by a new committer. */
  @Test
  void tagsSurviveLogCheckpoints() throws Exception {
    TestingUpsert.Saved saved = null;
    try (TestingUpsert upsert = TestingUpsert.start(path(), "day")) {
      for (int i = 1; i < 25; i++) {
        upsert.put("k" + i, "", i, i);
        upsert.put("k" + (i - 1), "", i, i);
        upsert.put("x", "", i, i);
        saved = upsert.checkpoint();
      }
    }
    assertThat(TestingKeyedUpsert.live(path())).allMatch(f -> f.origin() != null);
    try (TestingUpsert upsert = TestingUpsert.restore(path(), saved, "day")) {
      for (int i = 1; i < 25; i++) {
        upsert.put("k" + i, "", i + 100, i);
      }
      upsert.checkpoint();
      assertThat(upsert.content()).hasSize(26);
    }
    long size = 0;
    for (LiveFile f : TestingKeyedUpsert.live(path())) size += f.file().size();
    Path crc;
    try (Stream<Path> log = Files.list(path().resolve("_delta_log"))) {
      crc =
          log.filter(
                  p -> p.toString().endsWith(".crc") && !p.getFileName().toString().startsWith("."))
              .max(Comparator.naturalOrder())
              .get();
    }
    String text = Files.readString(crc);
    assertThat(text)
        .contains("\"numFiles\":" + TestingKeyedUpsert.live(path()).size())
        .contains("\"tableSizeBytes\":" + size);
  }

  @Test
  void noCommitOfAnUpsertIsABlindAppend() throws Exception {
    try (TestingUpsert upsert = TestingUpsert.start(path())) {
      upsert.put("a", 1, 10);
      upsert.checkpoint();
    }
    String log =
        Files.readString(
            path().resolve("_delta_log/00000000000000000001.json"), StandardCharsets.UTF_8);
    assertThat(log).contains("\"isBlindAppend\":false");
  }

  /** A file without statistics of another writer gets a vector. */
  @Test
  void aFileWithAVectorTellsItsRows() throws Exception {
    try (TestingUpsert upsert = TestingUpsert.start(path())) {
      TestingTable table = upsert.table;
      try (DeltaWriter writer = table.writer(0)) {
        writer.write(TestingUpsert.row("a", "d", 1, 10), null);
        writer.write(TestingUpsert.row("b", "d", 1, 20), null);
        DeltaWriteResult result = writer.prepareCommit().iterator().next();
        DeltaFile f = result.files().get(0);
        DeltaFile bare =
            new DeltaFile(f.path(), f.partitionValues(), f.size(), f.modificationTime(), "");
        table.commit(
            table.committable(
                "x", 1, -1, TestingCommittables.written(List.of(bare), new HashMap<>())));
      }
      upsert.put("a", 2, 11);
      upsert.checkpoint();
      assertThat(upsert.content()).isEqualTo(Map.of("a/d", 11L, "b/d", 20L));
      assertThat(TestingKeyedUpsert.live(path()))
          .filteredOn(f -> f.vector().isPresent())
          .allMatch(f -> f.rows().isPresent());
      upsert.put("b", 2, 21);
      upsert.checkpoint();
      assertThat(TestingKeyedUpsert.live(path())).hasSize(2);
    }
  }

  /** An append's committable of the build before, pending when the pipeline became an upsert. */
  @Test
  void aPendingAppendIsNotTakenForKnown() throws Exception {
    try (TestingUpsert upsert = TestingUpsert.start(path())) {
      TestingTable table = upsert.table;
      TableLayout layout =
          TestingLayout.upsert(
              TestingUpsert.TYPE,
              List.of(),
              1 << 20,
              new UpsertKey(List.of("id", "day"), "version"));
      TableHead head = new TableHead(TestingStorage.of(path()), layout, () -> {}).createIfAbsent();
      UpsertTable kernel = new UpsertTable(head, LiveFiles.of(head));
      DeltaCommittable pending;
      try (DeltaWriter writer = table.writer(0)) {
        writer.write(TestingUpsert.row("a", "d", 1, 10), null);
        pending = table.committable("inc", 1, -1, writer.prepareCommit().iterator().next());
      }
      DeltaCommitter committer = TestingTable.committer(TestingStorage.address(path()), kernel);
      committer.commit(List.of(new TestingCommitRequest(pending, 0)));
      // The index of the upsert starts empty (new operator), the incarnation goes on.
      try (DeltaWriter writer = table.writer(0)) {
        writer.write(TestingUpsert.row("a", "d", 2, 11), null);
        DeltaWriteResult r = writer.prepareCommit().iterator().next();
        DeltaCommittable next =
            TestingCommittables.upsert(
                TestingTable.SINK,
                TestingStorage.address(path()),
                "inc",
                2,
                1,
                r.files(),
                r.positions(),
                Retractions.NONE,
                Lineage.NONE);
        committer.commit(List.of(new TestingCommitRequest(next, 0)));
      }
      assertThat(upsert.content()).isEqualTo(Map.of("a/d", 11L));
    }
  }

  /** A pending upsert committable restored by an append sink. */
  @Test
  void anAppendDoesNotDropRetractions() throws Exception {
    TestingUpsert.start(path()).close();
    TestingTable table = new TestingTable(path(), TestingUpsert.TYPE);
    Retractions gone =
        new Retractions(Map.of(), List.of(new Retractions.DeletedKey(List.of("a", "d"), 5)));
    DeltaCommittable c =
        TestingCommittables.upsert(
            TestingTable.SINK,
            TestingStorage.address(path()),
            "inc",
            1,
            -1,
            List.of(),
            Map.of(),
            gone,
            Lineage.NONE);
    assertThatThrownBy(() -> table.commit(c)).hasMessageContaining("this sink appends");
  }

  /** A reader that skips files by their statistics finds every row. */
  @Test
  void aReaderThatSkipsFilesFindsEveryDecimal() throws Exception {
    try (TestingKeyedUpsert up =
        new TestingKeyedUpsert(path(), DEC, List.of(), new UpsertKey(List.of("id"), "version"))) {
      up.put(s("a"), 1L, dec("12345678901234567.1234567891"));
      up.put(s("b"), 1L, dec("12345678901234567.2"));
      up.checkpoint();
      assertThat(filesWith("12345678901234567.1234567891")).isEqualTo(1);
      up.delete(s("b"), 2L, dec("0"));
      up.checkpoint();
      assertThat(filesWith("12345678901234567.1234567891")).isEqualTo(1);
    }
  }

  private int filesWith(String amount) throws Exception {
    var engine = TableEngine.of(TestingStorage.of(path()));
    var predicate =
        new Predicate("=", new Column("amount"), Literal.ofDecimal(new BigDecimal(amount), 38, 10));
    int files = 0;
    var snapshot = TableManager.loadSnapshot(TestingStorage.address(path())).build(engine);
    try (var batches =
        snapshot.getScanBuilder().withFilter(predicate).build().getScanFiles(engine)) {
      while (batches.hasNext()) {
        try (var rows = batches.next().getRows()) {
          while (rows.hasNext()) {
            rows.next();
            files++;
          }
        }
      }
    }
    return files;
  }

  /** An inline vector of another writer. */
  @Test
  void anInlineVectorIsKept() throws Exception {
    try (TestingUpsert upsert = TestingUpsert.start(path())) {
      upsert.put("a", 1, 1);
      upsert.put("b", 1, 2);
      upsert.put("c", 1, 3);
      upsert.checkpoint();
      LiveFile now = TestingKeyedUpsert.live(path()).iterator().next();
      DeletionVectors dv = new DeletionVectors(TestingStorage.of(path()));
      var on = dv.write(List.of(RoaringBitmap.bitmapOf(0)));
      byte[] all = Files.readAllBytes(path().resolve(on.file()));
      byte[] data = Arrays.copyOfRange(all, 5, 5 + on.descriptors().get(0).getSizeInBytes());
      byte[] padded = Arrays.copyOf(data, (data.length + 3) / 4 * 4);
      var inline =
          new DeletionVectorDescriptor(
              "i", Base85Codec.encodeBytes(padded), Optional.empty(), data.length, 1);
      commit(
          new FileChanges(
              List.of(now), List.of(new FileChanges.Added(now.with(inline), new RoaringBitmap()))));
      assertThat(upsert.content()).isEqualTo(Map.of("b/d", 2L, "c/d", 3L));
      upsert.put("b", 2, 22);
      upsert.checkpoint();
      assertThat(upsert.content()).isEqualTo(Map.of("b/d", 22L, "c/d", 3L));
    }
  }

  private void commit(FileChanges merge) throws Exception {
    var actions = TableLog.actions(merge, Map.of(), 1);
    var snapshot =
        TableManager.loadSnapshot(TestingStorage.address(path()))
            .build(TableEngine.of(TestingStorage.of(path())));
    snapshot
        .buildUpdateTableTransaction("other", Operation.MANUAL_UPDATE)
        .build(TableEngine.of(TestingStorage.of(path())))
        .commit(
            TableEngine.of(TestingStorage.of(path())),
            CloseableIterable.inMemoryIterable(Utils.toCloseableIterator(actions.iterator())));
  }
}
