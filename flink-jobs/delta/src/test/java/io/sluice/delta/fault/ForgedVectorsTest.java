package io.sluice.delta.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.delta.kernel.internal.deletionvectors.Base85Codec;
import io.sluice.delta.schema.RefusedTableException;
import io.sluice.delta.table.DeltaTables;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.util.OptionalLong;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.roaringbitmap.RoaringBitmap;

/** Numbers in and about deletion vectors that a stranger wrote. */
class ForgedVectorsTest extends ForgedTable {
  private boolean rowsAreTold;

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
    if (!rowsAreTold) {
      add.remove("stats");
    }
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
    assertThat(DeltaTables.files(path, OptionalLong.empty(), directory).files()).hasSize(12);
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
            assertThatThrownBy(() -> DeltaTables.files(path, OptionalLong.empty(), directory))
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
    byte[] file = new byte[39];
    ByteBuffer.wrap(file).put((byte) 1).putInt(Integer.MAX_VALUE);
    deleteBy(vector(file, place));
    assertRefused("deletion vector", place.contains(":0,") ? "says " : " bytes from byte ");
  }

  private ObjectNode vector(byte[] file, String place) throws IOException {
    UUID id = UUID.randomUUID();
    Files.write(table.path.resolve("deletion_vector_" + id + ".bin"), file);
    return (ObjectNode)
        JSON.readTree(
            "{\"storageType\":\"u\",\"pathOrInlineDv\":\"%s\",\"cardinality\":1,%s}"
                .formatted(Base85Codec.encodeUUID(id), place));
  }

  @Test
  void theBytesOfAVectorAreComparedWithTheirChecksum() throws Exception {
    byte[] bitmap = portable(1, 0, RoaringBitmap.bitmapOf(0));
    ByteBuffer file = ByteBuffer.allocate(1 + bitmap.length + 8);
    file.put((byte) 1).putInt(bitmap.length).put(bitmap).putInt(4711);
    deleteBy(vector(file.array(), "\"offset\":1,\"sizeInBytes\":" + bitmap.length));
    assertRefused("deletion vector", "checksum");
  }

  @Test
  void aVectorOfAnUnknownFormatIsToldAsSuch() throws Exception {
    byte[] bitmap = portable(1, 0, RoaringBitmap.bitmapOf(0));
    bitmap[0]++;
    deleteBy(vector(bitmap));
    assertRefused("deletion vector", "unknown format");
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, 2, Long.MAX_VALUE})
  void aVectorDeletesNoMoreRowsThanItsFileHas(long deleted) throws Exception {
    rowsAreTold = true;
    deleteBy(vector(portable(1, 0, RoaringBitmap.bitmapOf(0))).put("cardinality", deleted));
    soon(
        () ->
            assertThatThrownBy(() -> DeltaTables.detail(path))
                .hasMessageContainingAll(path, "deletes " + deleted + " rows"));
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
}
