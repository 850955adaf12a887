package io.sluice.connectors.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.delta.kernel.Operation;
import io.delta.kernel.Snapshot;
import io.delta.kernel.TableManager;
import io.delta.kernel.expressions.Column;
import io.delta.kernel.expressions.Literal;
import io.delta.kernel.expressions.Predicate;
import io.delta.kernel.internal.actions.DeletionVectorDescriptor;
import io.delta.kernel.internal.deletionvectors.Base85Codec;
import io.delta.kernel.internal.util.Utils;
import io.delta.kernel.types.IntegerType;
import io.delta.kernel.types.StructField;
import io.delta.kernel.utils.CloseableIterable;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TimeZone;
import java.util.stream.Stream;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.DateType;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.table.types.logical.LocalZonedTimestampType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.SmallIntType;
import org.apache.flink.table.types.logical.TimestampType;
import org.apache.flink.table.types.logical.TinyIntType;
import org.apache.flink.table.types.logical.VarCharType;
import org.apache.flink.types.RowKind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.roaringbitmap.RoaringBitmap;

/** Odd tables, odd keys, odd states. */
class UpsertEdgesTest {

  @TempDir Path directory;

  private Path path() {
    return directory.resolve("t");
  }

  /** Any layout: real operator, real committer. */
  static final class Up implements AutoCloseable {
    final Path path;
    final TableLayout layout;
    final TestingTable table;
    final DeltaCommitter committer;
    final KeyedOneInputStreamOperatorTestHarness<RowData, RowData, byte[]> operator;
    final DeltaWriteResultSerializer serializer = new DeltaWriteResultSerializer();
    IncarnationState identity = IncarnationState.mint();
    long checkpoint;

    Up(Path path, RowType type, List<String> partitions, UpsertKey key) throws Exception {
      this.path = path;
      layout = new TableLayout(type, partitions, 128L << 20, key);
      table = new TestingTable(path, type, partitions, 128L << 20);
      KernelTable kernel = new KernelTable(path, layout, () -> {}).createIfAbsent();
      committer = TestingTable.committer(path.toString(), kernel);
      KeyColumns columns = new KeyColumns(type, key.columns());
      operator =
          new KeyedOneInputStreamOperatorTestHarness<>(
              new UpsertOperator(path.toString(), layout, null),
              columns,
              columns.getProducedType());
      operator.open();
    }

    void put(Object... fields) throws Exception {
      operator.processElement(GenericRowData.of(fields), 0);
    }

    void delete(Object... fields) throws Exception {
      GenericRowData row = GenericRowData.of(fields);
      row.setRowKind(RowKind.DELETE);
      operator.processElement(row, 0);
    }

    void checkpoint() throws Exception {
      checkpoint++;
      operator.prepareSnapshotPreBarrier(checkpoint);
      for (byte[] bytes : operator.extractOutputValues()) {
        DeltaWriteResult result = serializer.deserialize(serializer.getVersion(), bytes);
        if (result.learned() >= 0) {
          identity = identity.learned(result.learned());
        }
        if (result.files().isEmpty() && result.retractions().isEmpty()) {
          continue;
        }
        DeltaCommittable c =
            new DeltaCommittable(
                "upserts",
                path.toString(),
                identity.incarnation(),
                checkpoint,
                identity.lastEmitted(),
                result.files(),
                result.positions(),
                result.retractions(),
                identity.lineage());
        DeltaCommittableSerializer s = new DeltaCommittableSerializer();
        c = s.deserialize(s.getVersion(), s.serialize(c));
        committer.commit(List.of(new TestingCommitRequest(c, 0)));
        identity = identity.emitted(checkpoint);
      }
      operator.getOutput().clear();
      operator.snapshot(checkpoint, 0);
    }

    @Override
    public void close() throws Exception {
      operator.close();
    }
  }

  static StringData s(String t) {
    return StringData.fromString(t);
  }

  static Collection<LiveFile> live(Path path) throws Exception {
    LiveFiles files = new LiveFiles(path);
    Snapshot snapshot = TableManager.loadSnapshot(path.toString()).build(KernelTable.engine());
    files.load(KernelTable.engine(), snapshot);
    return files.all();
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
    try (Up up = new Up(path(), DEC, List.of(), new UpsertKey(List.of("id"), "version"))) {
      up.put(s("a"), 1L, dec("12345678901234567.1234567891"));
      up.put(s("b"), 1L, dec("98765432109876543.9876543219"));
      up.put(s("c"), 1L, dec("22345678901234567.1"));
      up.checkpoint();
      String before = live(path()).iterator().next().file().stats();
      up.delete(s("c"), 2L, dec("0"));
      up.checkpoint();
      String after = live(path()).iterator().next().file().stats();
      System.out.println("BEFORE " + before + "\nAFTER  " + after);
      assertThat(after)
          .contains("98765432109876543.9876543219")
          .contains("12345678901234567.1234567891");
    }
  }

  @Test
  void boundsAreLooseAlsoBelowAnotherVector() throws Exception {
    DeltaFile file =
        new DeltaFile("f.parquet", Map.of(), 1, 1, "{\"numRecords\":5,\"tightBounds\":true}");
    DeletionVectors vectors = new DeletionVectors(directory);
    var one = vectors.write(List.of(RoaringBitmap.bitmapOf(1))).descriptors().get(0);
    var two = vectors.write(List.of(RoaringBitmap.bitmapOf(1, 2))).descriptors().get(0);
    LiveFile others = new LiveFile(file, OptionalLong.of(5), Optional.of(one), Map.of());
    assertThat(others.with(two).file().stats()).contains("\"tightBounds\":false");
  }

  private static final RowType TS =
      RowType.of(
          new LogicalType[] {new TimestampType(9), new BigIntType(), new BigIntType()},
          new String[] {"at", "version", "amount"});

  @Test
  void aKeyFinerThanTheTableIsRefused() {
    assertThatThrownBy(() -> new UpsertKey(List.of("at"), "version").check(TS))
        .hasMessageContainingAll("at", "TIMESTAMP(9)", "precision 6");
  }

  @Test
  void emptyPartitionTextIsNull() {
    StructField column = new StructField("p", IntegerType.INTEGER, true);
    assertThat(LookupKeys.ofPartition(column, Map.of("p", ""))).isNull();
  }

  @Test
  void keyAndOrderAllPartitions() throws Exception {
    RowType type =
        RowType.of(
            new LogicalType[] {VarCharType.STRING_TYPE, new DateType(), new BigIntType()},
            new String[] {"id", "day", "amount"});
    UpsertKey key = new UpsertKey(List.of("id"), "day");
    try (Up up = new Up(path(), type, List.of("id", "day"), key)) {
      up.put(s(""), 1, 10L);
      up.put(s("a b/%20:é="), 1, 11L);
      up.checkpoint();
      up.table.append(GenericRowData.of(s("x"), 1, 12L), GenericRowData.of(s("x%"), -300000, 13L));
      up.put(s("x"), 2, 22L);
      up.put(s("x%"), -300001, 23L);
      up.put(s(""), 2, 20L);
      up.put(s("a b/%20:é="), 2, 21L);
      up.checkpoint();
      assertThat(up.table.values("amount")).containsExactlyInAnyOrder(20L, 21L, 22L, 13L);
    }
    try (Up up = new Up(path(), type, List.of("id", "day"), key)) {
      up.put(s("x"), 3, 32L);
      up.put(s("x%"), -299999, 33L);
      up.put(s(""), 3, 30L);
      up.put(s("a b/%20:é="), 3, 31L);
      up.checkpoint();
      assertThat(up.table.values("amount")).containsExactlyInAnyOrder(30L, 31L, 32L, 33L);
    }
  }

  @Test
  void everyPartitionTypeAsKey() throws Exception {
    RowType type =
        RowType.of(
            new LogicalType[] {
              new TinyIntType(),
              new SmallIntType(),
              new BigIntType(),
              new DecimalType(38, 4),
              new TimestampType(6),
              new LocalZonedTimestampType(6),
              new DateType(),
              new BigIntType(),
              new BigIntType()
            },
            new String[] {
              "tiny", "small", "big", "wide", "local", "at", "day", "version", "amount"
            });
    List<String> parts = type.getFieldNames().subList(0, 7);
    UpsertKey key = new UpsertKey(parts, "version");
    Object[][] keys = {
      {
        (byte) -1,
        (short) -2,
        -4L,
        DecimalData.fromBigDecimal(new BigDecimal("-12345678901234567890.1000"), 38, 4),
        TimestampData.fromEpochMillis(-7, 123000),
        TimestampData.fromEpochMillis(-8, 9000),
        -300000
      },
      {
        (byte) 1,
        (short) 2,
        4L,
        DecimalData.fromBigDecimal(new BigDecimal("0"), 38, 4),
        TimestampData.fromEpochMillis(0),
        TimestampData.fromEpochMillis(1711846800000L),
        0
      }
    };
    try (Up up = new Up(path(), type, parts, key)) {
      for (Object[] k : keys) {
        up.table.append(row(k, 1L, 1L));
      }
      for (Object[] k : keys) {
        up.operator.processElement(row(k, 2L, 2L), 0);
      }
      up.checkpoint();
      assertThat(up.table.values("amount")).containsExactly(2L, 2L);
    }
    try (Up up = new Up(path(), type, parts, key)) {
      for (Object[] k : keys) {
        up.operator.processElement(row(k, 3L, 3L), 0);
      }
      up.checkpoint();
      assertThat(up.table.values("amount")).containsExactly(3L, 3L);
    }
  }

  private static GenericRowData row(Object[] key, Object... more) {
    GenericRowData row = new GenericRowData(key.length + more.length);
    for (int i = 0; i < key.length; i++) row.setField(i, key[i]);
    for (int i = 0; i < more.length; i++) row.setField(key.length + i, more[i]);
    return row;
  }

  @Test
  void aTableInAFolderWithOddSigns() throws Exception {
    Path odd = directory.resolve("a b%20é+#");
    try (TestingUpsert upsert = TestingUpsert.start(odd, "day")) {
      upsert.put("a", "x y%", 1, 10);
      upsert.put("b", "x y%", 1, 10);
      upsert.checkpoint();
      upsert.table.append(
          TestingUpsert.row("c", "x y%", 1, 10), TestingUpsert.row("e", "x y%", 1, 10));
      upsert.put("a", "x y%", 2, 11);
      upsert.put("c", "x y%", 2, 11);
      upsert.checkpoint();
    }
    try (TestingUpsert upsert = TestingUpsert.start(odd, "day")) {
      upsert.put("a", "x y%", 3, 12);
      upsert.put("c", "x y%", 3, 12);
      upsert.checkpoint();
      assertThat(upsert.content())
          .isEqualTo(Map.of("a/x y%", 12L, "b/x y%", 10L, "c/x y%", 12L, "e/x y%", 10L));
    }
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
    assertThat(live(path())).allMatch(f -> f.origin() != null);
    try (TestingUpsert upsert = TestingUpsert.restore(path(), saved, "day")) {
      for (int i = 1; i < 25; i++) {
        upsert.put("k" + i, "", i + 100, i);
      }
      upsert.checkpoint();
      assertThat(upsert.content()).hasSize(26);
    }
    long size = 0;
    for (LiveFile f : live(path())) size += f.file().size();
    Path crc;
    try (Stream<Path> log = Files.list(path().resolve("_delta_log"))) {
      crc =
          log.filter(
                  p -> p.toString().endsWith(".crc") && !p.getFileName().toString().startsWith("."))
              .max(Comparator.naturalOrder())
              .get();
    }
    String text = Files.readString(crc);
    System.out.println(
        "CRC " + crc.getFileName() + " " + text.substring(0, Math.min(300, text.length())));
    assertThat(text)
        .contains("\"numFiles\":" + live(path()).size())
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
            table.committable("x", 1, -1, new DeltaWriteResult(List.of(bare), new HashMap<>())));
      }
      upsert.put("a", 2, 11);
      upsert.checkpoint();
      assertThat(upsert.content()).isEqualTo(Map.of("a/d", 11L, "b/d", 20L));
      assertThat(live(path()))
          .filteredOn(f -> f.vector().isPresent())
          .allMatch(f -> f.rows().isPresent());
      upsert.put("b", 2, 21);
      upsert.checkpoint();
      assertThat(live(path())).hasSize(2);
    }
  }

  /** An append's committable of the build before, pending when the pipeline became an upsert. */
  @Test
  void aPendingAppendIsNotTakenForKnown() throws Exception {
    try (TestingUpsert upsert = TestingUpsert.start(path())) {
      TestingTable table = upsert.table;
      TableLayout layout =
          new TableLayout(
              TestingUpsert.TYPE,
              List.of(),
              1 << 20,
              new UpsertKey(List.of("id", "day"), "version"));
      KernelTable kernel = new KernelTable(path(), layout, () -> {}).createIfAbsent();
      DeltaCommittable pending;
      try (DeltaWriter writer = table.writer(0)) {
        writer.write(TestingUpsert.row("a", "d", 1, 10), null);
        pending = table.committable("inc", 1, -1, writer.prepareCommit().iterator().next());
      }
      DeltaCommitter committer = TestingTable.committer(path().toString(), kernel);
      committer.commit(List.of(new TestingCommitRequest(pending, 0)));
      // The index of the upsert starts empty (new operator), the incarnation goes on.
      try (DeltaWriter writer = table.writer(0)) {
        writer.write(TestingUpsert.row("a", "d", 2, 11), null);
        DeltaWriteResult r = writer.prepareCommit().iterator().next();
        DeltaCommittable next =
            new DeltaCommittable(
                TestingTable.SINK,
                path().toString(),
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
        new DeltaCommittable(
            TestingTable.SINK,
            path().toString(),
            "inc",
            1,
            -1,
            List.of(),
            Map.of(),
            gone,
            Lineage.NONE);
    assertThatThrownBy(() -> table.commit(c)).hasMessageContaining("this sink appends");
  }

  /** A time of day that the clocks of the machine's zone skip. */
  @Test
  void localTimestampsInPartitionsDoNotDependOnTheZoneOfTheMachine() throws Exception {
    TimeZone before = TimeZone.getDefault();
    TimeZone.setDefault(TimeZone.getTimeZone("Europe/Berlin"));
    try {
      RowType type =
          RowType.of(
              new LogicalType[] {new TimestampType(6), new BigIntType(), new BigIntType()},
              new String[] {"at", "version", "amount"});
      UpsertKey key = new UpsertKey(List.of("at"), "version");
      TimestampData skipped =
          TimestampData.fromLocalDateTime(LocalDateTime.parse("2024-03-31T02:30:00"));
      try (Up up = new Up(path(), type, List.of("at"), key)) {
        up.put(skipped, 1L, 10L);
        up.checkpoint();
      }
      try (Up up = new Up(path(), type, List.of("at"), key)) {
        up.put(skipped, 2L, 20L);
        up.checkpoint();
        assertThat(up.table.values("amount")).containsExactly(20L);
      }
    } finally {
      TimeZone.setDefault(before);
    }
  }

  /** A reader that skips files by their statistics finds every row. */
  @Test
  void aReaderThatSkipsFilesFindsEveryDecimal() throws Exception {
    try (Up up = new Up(path(), DEC, List.of(), new UpsertKey(List.of("id"), "version"))) {
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
    var engine = KernelTable.engine();
    var predicate =
        new Predicate("=", new Column("amount"), Literal.ofDecimal(new BigDecimal(amount), 38, 10));
    int files = 0;
    var snapshot = TableManager.loadSnapshot(path().toString()).build(engine);
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

  /** A savepoint of an upsert with another key or order of the same types. */
  @Test
  void stateOfAnotherKeyIsRefused() throws Exception {
    OperatorSubtaskState state;
    TableLayout byId =
        new TableLayout(
            TestingUpsert.TYPE, List.of(), 1 << 20, new UpsertKey(List.of("id"), "version"));
    TableLayout byDay =
        new TableLayout(
            TestingUpsert.TYPE, List.of(), 1 << 20, new UpsertKey(List.of("day"), "amount"));
    KeyColumns k1 = new KeyColumns(TestingUpsert.TYPE, List.of("id"));
    KeyColumns k2 = new KeyColumns(TestingUpsert.TYPE, List.of("day"));
    try (var h =
        new KeyedOneInputStreamOperatorTestHarness<RowData, RowData, byte[]>(
            new UpsertOperator(path().toString(), byId, null), k1, k1.getProducedType())) {
      h.open();
      h.processElement(TestingUpsert.row("a", "b", 1, 1), 0);
      h.prepareSnapshotPreBarrier(1);
      state = h.snapshot(1, 0);
    }
    try (var h =
        new KeyedOneInputStreamOperatorTestHarness<RowData, RowData, byte[]>(
            new UpsertOperator(path().toString(), byDay, null), k2, k2.getProducedType())) {
      assertThatThrownBy(() -> h.initializeState(state))
          .hasMessageContainingAll("columns=[id]", "columns=[day]");
    }
  }

  /** The last version but one was expired, so the learned version cannot be read. */
  @Test
  void aLearnedVersionThatIsGone() throws Exception {
    try (TestingUpsert upsert = TestingUpsert.start(path())) {
      for (int i = 1; i < 4; i++) {
        upsert.put("a", i, i);
        upsert.put("b" + i, i, i);
        upsert.checkpoint();
      }
    }
    TestingUpsert.Saved saved;
    try (TestingUpsert upsert = TestingUpsert.start(path())) {
      upsert.put("b1", 4, 4);
      saved = upsert.checkpoint();
      for (int i = 5; i < 18; i++) {
        upsert.put("c", i, i);
        saved = upsert.checkpoint();
      }
    }
    for (int v = 0; v < 10; v++) {
      Files.delete(path().resolve("_delta_log/%020d.json".formatted(v)));
      Files.deleteIfExists(path().resolve("_delta_log/%020d.crc".formatted(v)));
    }
    try (TestingUpsert upsert = TestingUpsert.restore(path(), saved)) {
      upsert.put("b2", 20, 20);
      upsert.put("c", 20, 20);
      upsert.delete("b3", 20);
      upsert.checkpoint();
      assertThat(upsert.content())
          .isEqualTo(Map.of("a/d", 3L, "b1/d", 4L, "b2/d", 20L, "c/d", 20L));
    }
  }

  /** An inline vector of another writer. */
  @Test
  void anInlineVectorIsKept() throws Exception {
    try (TestingUpsert upsert = TestingUpsert.start(path())) {
      upsert.put("a", 1, 1);
      upsert.put("b", 1, 2);
      upsert.put("c", 1, 3);
      upsert.checkpoint();
      LiveFile now = live(path()).iterator().next();
      DeletionVectors dv = new DeletionVectors(path());
      var on = dv.write(List.of(RoaringBitmap.bitmapOf(0)));
      byte[] all = Files.readAllBytes(on.file());
      byte[] data = Arrays.copyOfRange(all, 5, 5 + on.descriptors().get(0).getSizeInBytes());
      byte[] padded = Arrays.copyOf(data, (data.length + 3) / 4 * 4);
      var inline =
          new DeletionVectorDescriptor(
              "i", Base85Codec.encodeBytes(padded), Optional.empty(), data.length, 1);
      commit(
          new Merge(List.of(now), List.of(new Merge.Added(now.with(inline), new RoaringBitmap()))));
      assertThat(upsert.content()).isEqualTo(Map.of("b/d", 2L, "c/d", 3L));
      upsert.put("b", 2, 22);
      upsert.checkpoint();
      assertThat(upsert.content()).isEqualTo(Map.of("b/d", 22L, "c/d", 3L));
    }
  }

  private void commit(Merge merge) throws Exception {
    var actions = TableLog.actions(merge, Map.of(), 1);
    var snapshot = TableManager.loadSnapshot(path().toString()).build(KernelTable.engine());
    snapshot
        .buildUpdateTableTransaction("other", Operation.MANUAL_UPDATE)
        .build(KernelTable.engine())
        .commit(
            KernelTable.engine(),
            CloseableIterable.inMemoryIterable(Utils.toCloseableIterator(actions.iterator())));
  }
}
