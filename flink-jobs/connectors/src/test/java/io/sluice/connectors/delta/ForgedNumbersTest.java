package io.sluice.connectors.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.delta.kernel.internal.deletionvectors.Base85Codec;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.roaringbitmap.RoaringBitmap;

/**
 * A stranger writes numbers into the files of a table that ask for memory or time without end. Each
 * is compared with what is there first.
 */
class ForgedNumbersTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration AT_MOST = Duration.ofSeconds(20);
  private static final RowType TYPE =
      RowType.of(new LogicalType[] {new BigIntType()}, new String[] {"id"});

  @TempDir Path directory;

  private TestingTable table;
  private String path;
  private Path log;
  private TestingLog entries;

  /** Version n holds the rows 1 to n; 10 has a log checkpoint. */
  @BeforeEach
  void twelveVersions() throws Exception {
    table = new TestingTable(directory.resolve("t"), TYPE);
    path = table.path.toString();
    log = table.path.resolve("_delta_log");
    entries = new TestingLog(table.path);
    for (long id = 1; id <= 12; id++) {
      table.append(GenericRowData.of(id));
    }
  }

  private static void soon(Executable task) {
    assertTimeoutPreemptively(AT_MOST, task);
  }

  /** Elsewhere, the table is one of which this process knows nothing yet. */
  private void move() throws IOException {
    Path moved = Files.move(table.path, directory.resolve("moved"));
    table = new TestingTable(moved, TYPE);
    path = moved.toString();
    log = moved.resolve("_delta_log");
  }

  private void assertUnharmed() throws IOException {
    move();
    soon(
        () -> {
          assertHolds(12);
          assertThat(DeltaTables.detail(path).rows()).isEqualTo(12);
          assertThat(new TestingDeltaSource(DeltaSource.snapshot(path).build()).read()).hasSize(12);
          assertThat(read(DeltaSource.appends(path).fromVersion(11).build())).hasSize(2);
          vacuum();
          table.append(GenericRowData.of(13L));
          assertHolds(13);
          DeltaMaintenance.checkpoint(path, false);
          assertHolds(13);
        });
  }

  /** Removes nothing of a table that has a log checkpoint which is none. */
  private void vacuum() throws IOException {
    try {
      DeltaMaintenance.vacuum(path, DeltaMaintenance.DEFAULT_RETENTION, true, false);
    } catch (IllegalStateException e) {
      assertThat(e).hasMessageContainingAll(path, "torn", "Nothing was removed");
    }
  }

  private static List<Map<String, Object>> read(DeltaSource source) throws Exception {
    return new TestingDeltaSource(source).read();
  }

  private void assertHolds(long rows) throws IOException {
    assertThat(table.values("id"))
        .containsExactlyInAnyOrderElementsOf(LongStream.rangeClosed(1, rows).boxed().toList());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"version\":10,\"parts\":2000000000",
        "\"version\":10,\"parts\":2147483647",
        "\"version\":10,\"parts\":9000",
        "\"version\":10,\"parts\":0",
        "\"version\":10,\"parts\":-1",
        "\"version\":10,\"parts\":18446744073709551617",
        "\"version\":10,\"parts\":1e300",
        "\"version\":10,\"parts\":\"2\"",
        "\"version\":9223372036854775807",
        "\"version\":9223372036854775806",
        "\"version\":9223372036854775806,\"parts\":2000000000",
        "\"version\":11",
        "\"version\":10,\"v2Checkpoint\":{\"path\":\"../../../../../../etc/passwd\"}",
        "\"version\":11,\"v2Checkpoint\":{\"path\":\"../../../../../../etc/passwd\"}"
      })
  void aForgedLastCheckpointIsPassedOver(String claims) throws Exception {
    Files.writeString(
        log.resolve(CheckpointFile.LAST_CHECKPOINT),
        "{\"size\":9223372036854775807,\"sizeInBytes\":9223372036854775807," + claims + "}");

    assertUnharmed();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "00000000000000000011.checkpoint.0000000001.2000000000.parquet",
        "00000000000000000011.checkpoint.2000000000.2000000000.parquet",
        "00000000000000000011.checkpoint.0000000001.9999999999.parquet",
        "00000000000000000011.checkpoint.0000000001.0000000003.parquet",
        "09223372036854775807.json",
        "99999999999999999999.json",
        "999999999999999999999999.json",
        "99999999999999999999.checkpoint.parquet",
        "99999999999999999999.crc",
        "09223372036854775807.checkpoint.parquet"
      })
  void namesWithForgedNumbersArePassedOver(String name) throws Exception {
    Files.copy(log.resolve("00000000000000000010.checkpoint.parquet"), log.resolve(name));

    assertUnharmed();
  }

  @Test
  void theLastVersionThatThereCanBeIsNotSearchedFor() throws Exception {
    String name = "0%d.checkpoint.parquet".formatted(Long.MAX_VALUE - 1);
    Files.copy(log.resolve("00000000000000000010.checkpoint.parquet"), log.resolve(name));
    Files.writeString(
        log.resolve(CheckpointFile.LAST_CHECKPOINT),
        "{\"version\":%d}".formatted(Long.MAX_VALUE - 1));
    move();

    soon(() -> assertThatThrownBy(() -> table.rows()).hasMessageContaining(path));
  }

  @Test
  void anEntryFarBehindTheLastIsToldAsAGap() throws Exception {
    Files.copy(TableHistory.entry(table.path, 12), log.resolve("09223372036854775806.json"));

    move();
    soon(
        () ->
            assertThatThrownBy(() -> table.rows()).hasMessageContainingAll(path, "not contiguous"));
  }

  /** Changes the add action of a file that version 12 added. */
  private void forge(Consumer<ObjectNode> change) throws IOException {
    Path entry = TableHistory.entry(table.path, entries.latest());
    List<String> lines = new ArrayList<>();
    for (String line : Files.readAllLines(entry)) {
      ObjectNode action = (ObjectNode) JSON.readTree(line);
      if (action.has("add")) {
        change.accept((ObjectNode) action.get("add"));
      }
      lines.add(action.toString());
    }
    Files.write(entry, lines);
  }

  private void rows() throws IOException {
    try {
      table.rows();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private void assertRefused(String... words) {
    Map<String, Executable> readers =
        Map.of(
            "rows", this::rows,
            "files", () -> DeltaTables.files(path, OptionalLong.empty()),
            "snapshot", () -> read(DeltaSource.snapshot(path).build()),
            "optimize", () -> DeltaMaintenance.optimize(path, 1 << 20, false));
    readers.forEach(
        (name, reader) ->
            soon(
                () ->
                    assertThatThrownBy(reader::execute)
                        .as(name)
                        .isInstanceOf(IOException.class)
                        .hasMessageContainingAll(words)
                        .hasMessageContaining(path)));
  }

  @ParameterizedTest
  @ValueSource(longs = {Long.MAX_VALUE, 1L << 40, -1, Long.MIN_VALUE})
  void aForgedSizeMakesNoSplits(long size) throws Exception {
    forge(add -> add.put("size", size));
    for (DeltaSource source :
        List.of(
            DeltaSource.snapshot(path).build(),
            DeltaSource.appends(path).fromVersion(12).build())) {
      soon(
          () ->
              assertThatThrownBy(() -> read(source))
                  .hasMessageContainingAll(path, Long.toString(size), "bytes"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"-5", "18446744073709551617"})
  void aForgedNumberOfRowsIsRefused(String rows) throws Exception {
    forge(add -> add.put("stats", "{\"numRecords\":" + rows + "}"));

    soon(
        () ->
            assertThatThrownBy(() -> DeltaTables.detail(path)).hasMessageContainingAll(path, rows));
  }

  @Test
  void anAppendThatDoesNotFitIntoANumberIsRefused() throws Exception {
    DeltaSource source = DeltaSource.appends(path).fromVersion(12).build();
    forge(add -> add.put("size", new BigInteger("18446744073709551617")));

    soon(
        () ->
            assertThatThrownBy(() -> read(source))
                .hasMessageContainingAll("Version 12", path, "18446744073709551617"));
  }

  private ObjectNode vector(byte[] bitmap) {
    return JSON.createObjectNode()
        .put("storageType", "i")
        .put("pathOrInlineDv", Base85Codec.encodeBytes(bitmap))
        .put("sizeInBytes", bitmap.length)
        .put("cardinality", 1);
  }

  /** Magic number and count of bitmaps; then what is given. */
  private static byte[] portable(long count, int key, RoaringBitmap bitmap) {
    ByteBuffer data =
        ByteBuffer.allocate(16 + bitmap.serializedSizeInBytes())
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt(1681511377)
            .putLong(count)
            .putInt(key);
    bitmap.serialize(data);
    return data.array();
  }

  private void deleteBy(ObjectNode vector) throws IOException {
    entries.allowDeletionVectors();
    table.rows();
    String file = entries.live().keySet().iterator().next();
    ObjectNode add = entries.live().get(file).deepCopy();
    add.remove("stats");
    add.set("deletionVector", vector);
    ObjectNode remove = JSON.createObjectNode().put("path", file).put("dataChange", true);
    remove.put("deletionTimestamp", System.currentTimeMillis());
    entries.commit(
        JSON.createObjectNode().<ObjectNode>set("remove", remove).toString(),
        JSON.createObjectNode().<ObjectNode>set("add", add).toString());
  }

  @Test
  void aVectorThatIsTrueIsRead() throws Exception {
    deleteBy(vector(portable(1, 0, RoaringBitmap.bitmapOf(0))));
    assertThat(table.rows()).hasSize(11);
    assertThat(DeltaTables.files(path, OptionalLong.empty()).files()).hasSize(12);
  }

  @Test
  void theCardinalityOfAVectorIsCounted() throws Exception {
    deleteBy(vector(portable(1, 0, RoaringBitmap.bitmapOf(0))).put("cardinality", 1L << 40));
    assertRefused("deletion vector", "1099511627776", "deletes 1");
  }

  @Test
  void aVectorOfFewBytesDeletesNoMillions() throws Exception {
    RoaringBitmap all = RoaringBitmap.bitmapOfRange(0, 1L << 31);
    all.runOptimize();
    ObjectNode vector = vector(portable(1, 0, all)).put("cardinality", 1L << 31);
    deleteBy(vector);

    soon(() -> assertThat(table.rows()).hasSize(11));
    soon(
        () ->
            assertThatThrownBy(() -> DeltaTables.files(path, OptionalLong.empty()))
                .isInstanceOf(RefusedTableException.class)
                .hasMessageContainingAll(path, "2147483648 deleted rows"));
  }

  @ParameterizedTest
  @ValueSource(longs = {2_000_000_000, -1, Long.MAX_VALUE})
  void theBitmapsOfAVectorAreCounted(long count) throws Exception {
    deleteBy(vector(portable(count, 0, RoaringBitmap.bitmapOf(0))));
    assertRefused("deletion vector", "bitmaps", Long.toString(count));
  }

  @Test
  void theKeyOfABitmapMakesNoOthers() throws Exception {
    deleteBy(vector(portable(1, 2_000_000_000, RoaringBitmap.bitmapOf(0))));
    assertRefused("deletion vector", "2^31 rows");
  }

  @ParameterizedTest
  @ValueSource(ints = {Integer.MAX_VALUE, -1, 60})
  void theSizeOfAnInlineVectorIsComparedWithItsText(int size) throws Exception {
    deleteBy(vector(portable(1, 0, RoaringBitmap.bitmapOf(0))).put("sizeInBytes", size));
    assertRefused("deletion vector", size + " bytes");
  }

  @Test
  void bytesThatAreNoVectorAreRefused() throws Exception {
    byte[] cut = new byte[24];
    System.arraycopy(portable(1, 0, RoaringBitmap.bitmapOf(1, 5, 9)), 0, cut, 0, cut.length);
    deleteBy(vector(cut));
    assertRefused("deletion vector");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"offset\":2147483647,\"sizeInBytes\":30",
        "\"offset\":-1,\"sizeInBytes\":30",
        "\"offset\":1,\"sizeInBytes\":2147483647",
        "\"offset\":2147483647,\"sizeInBytes\":2147483647",
        "\"offset\":1,\"sizeInBytes\":-1",
        "\"offset\":0,\"sizeInBytes\":30"
      })
  void thePlaceOfAVectorIsComparedWithItsFile(String place) throws Exception {
    UUID id = UUID.randomUUID();
    byte[] file = new byte[39];
    ByteBuffer.wrap(file).put((byte) 1).putInt(Integer.MAX_VALUE);
    Files.write(table.path.resolve("deletion_vector_" + id + ".bin"), file);
    deleteBy(
        (ObjectNode)
            JSON.readTree(
                "{\"storageType\":\"u\",\"pathOrInlineDv\":\""
                    + Base85Codec.encodeUUID(id)
                    + "\",\"cardinality\":1,"
                    + place
                    + "}"));
    assertRefused("deletion vector", "bytes");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "äöü", "0123456789012345678", "~~~~~~~~~~~~~~~~~~~~"})
  void aNameThatIsNoneOfAVectorIsTold(String name) throws Exception {
    deleteBy(
        JSON.createObjectNode()
            .put("storageType", "u")
            .put("pathOrInlineDv", name)
            .put("offset", 1)
            .put("sizeInBytes", 30)
            .put("cardinality", 1));
    assertRefused("deletion vector");
    soon(() -> assertThatThrownBy(this::vacuum).hasMessageContaining(path));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "delta.checkpointInterval=0",
        "delta.checkpointInterval=-1",
        "delta.checkpointInterval=99999999999999999999",
        "delta.logRetentionDuration=interval 9223372036854775807 weeks",
        "delta.logRetentionDuration=interval -1 days",
        "delta.deletedFileRetentionDuration=interval 9223372036854775807 weeks",
        "delta.deletedFileRetentionDuration=soon",
        "delta.dataSkippingNumIndexedCols=2147483647",
        "delta.dataSkippingNumIndexedCols=-2147483648",
        "delta.columnMapping.maxColumnId=9223372036854775807"
      })
  void aForgedPropertyEndsInASentenceAtMost(String property) throws Exception {
    String[] parts = property.split("=");
    entries.set(parts[0], parts[1]);
    List<Executable> uses =
        List.of(
            () -> table.rows(),
            () -> DeltaTables.detail(path),
            () -> read(DeltaSource.snapshot(path).build()),
            () -> table.append(GenericRowData.of(13L)),
            () -> DeltaMaintenance.optimize(path, 1 << 20, false),
            () -> DeltaMaintenance.checkpoint(path, false),
            () -> DeltaMaintenance.vacuum(path, DeltaMaintenance.DEFAULT_RETENTION, true, false));
    for (Executable use : uses) {
      soon(
          () -> {
            try {
              use.execute();
            } catch (IOException | RuntimeException e) {
              assertThat(e.getMessage()).containsAnyOf(path, parts[0]);
            }
          });
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {Integer.MAX_VALUE, 2_000_000_000, -1})
  void theFilesOfAMovesFileAreCounted(int count) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeInt(1);
    out.writeInt(count);
    out.write(new byte[64]);
    CRC32 checksum = new CRC32();
    checksum.update(bytes.toByteArray());
    out.writeInt((int) checksum.getValue());
    Path folder = Files.createDirectories(table.path.resolve(MovesFile.FOLDER));
    Files.write(folder.resolve("x.moves"), bytes.toByteArray());

    soon(
        () ->
            assertThatThrownBy(() -> MovesFile.read(table.path, MovesFile.FOLDER + "/x.moves"))
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll("x.moves", path, "damaged", count + " files"));
  }

  /** Such files are written by us, and small. */
  @Test
  void filesThatCannotBeSoLargeAreNotRead() throws Exception {
    Path reads = Files.createDirectories(table.path.resolve(OpenReads.FOLDER));
    try (SeekableByteChannel large =
        Files.newByteChannel(
            reads.resolve("r.json"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      large.position(1L << 40).write(ByteBuffer.wrap(new byte[1]));
    }
    soon(
        () ->
            assertThatThrownBy(() -> new OpenReads(table.path).all())
                .hasMessageContainingAll("r.json", "more than 65536 bytes"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"9223372036854775807", "-9223372036854775808"})
  void anOpenReadOfNoVersionEndsAVacuum(String version) throws Exception {
    Path reads = Files.createDirectories(table.path.resolve(OpenReads.FOLDER));
    Files.writeString(reads.resolve("r.json"), "{\"version\":" + version + "}");
    soon(() -> DeltaMaintenance.vacuum(path, DeltaMaintenance.DEFAULT_RETENTION, true, false));
    try (Stream<Path> left = Files.list(reads)) {
      assertThat(left).hasSize(1);
    }
  }
}
