package io.sluice.delta.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.delta.live.Lineage;
import io.sluice.delta.log.DeltaFile;
import io.sluice.delta.schema.NewColumns;
import io.sluice.delta.testing.TestingCommittables;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.VarCharType;
import org.junit.jupiter.api.Test;
import org.roaringbitmap.RoaringBitmap;

class DeltaCommittableSerializerTest {

  /** What the versions wrote; it must be readable for ever. */
  private static final String VERSION_2 =
      "AAAABnRyYWRlcwAAABMvbGFrZS9zaWx2ZXIvdHJhZGVzAAAAJDVjMGI3YTUyLTAwMDAtNDAwMC04MDAwLTAwMDAwMDAwMDAwMQAAAAAAAAAqAAAAAAAAACgAAAAAAAAAAAAAAAFcC3pSAABAAIAAAAAAAAACOjAAAAIAAAAAAAEAAQAAABgAAAAcAAAAAAAHAKCGAAAAAQAAAAAAAABNAAAABXMAAAACVDFsAAAAAAAATiBiAWQAAAADMS41eAAAAAIBAgAAAAAAAAAJAAAAAQAAACQ1YzBiN2E1Mi0wMDAwLTQwMDAtODAwMC0wMDAwMDAwMDAwMDMAAAAAAAAADA==";

  private static final String VERSION_3 =
      "AAAABnRyYWRlcwAAABMvbGFrZS9zaWx2ZXIvdHJhZGVzAAAAJDVjMGI3YTUyLTAwMDAtNDAwMC04MDAwLTAwMDAwMDAwMDAwMQAAAAAAAAAqAAAAAAAAACgAAAACAAAAG2RheT0yMDI2LTAxLTAyL2ElMjUucGFycXVldAAAAAIAAAADZGF5AQAAAAoyMDI2LTAxLTAyAAAABG5vbmUAAAAAAAAAAHsAAAAAAAAByAAAABB7Im51bVJlY29yZHMiOjN9AAAACWIucGFycXVldAAAAAAAAAAAAAAAAQAAAAAAAAACAAAAAnt9AAAAAAAAAAAAAAAA//////////4AAAAAAAAAP1JPVzxgdmVudWVgIFZBUkNIQVIoMjE0NzQ4MzY0NyksIGBmZWVgIERFQ0lNQUwoMTIsIDIpPiBOT1QgTlVMTA==";

  private static final String VERSION_1 =
      "AAAABnRyYWRlcwAAABMvbGFrZS9zaWx2ZXIvdHJhZGVzAAAAJDVjMGI3YTUyLTAwMDAtNDAw"
          + "MC04MDAwLTAwMDAwMDAwMDAwMQAAAAAAAAAqAAAAAAAAACgAAAACAAAAG2RheT0yMDI2LTAx"
          + "LTAyL2ElMjUucGFycXVldAAAAAIAAAADZGF5AQAAAAoyMDI2LTAxLTAyAAAABG5vbmUAAAAA"
          + "AAAAAHsAAAAAAAAByAAAABB7Im51bVJlY29yZHMiOjN9AAAACWIucGFycXVldAAAAAAAAAAA"
          + "AAAAAQAAAAAAAAACAAAAAnt9AAAAAQAAAAd0b3BpYy8wAAAAAAAAAAcAAAAAAAAAYw==";

  private final DeltaCommittableSerializer serializer = new DeltaCommittableSerializer();

  private static DeltaCommittable committable() {
    Map<String, String> partition = new LinkedHashMap<>();
    partition.put("day", "2026-01-02");
    partition.put("none", null);
    return TestingCommittables.append(
        "trades",
        "/lake/silver/trades",
        "5c0b7a52-0000-4000-8000-000000000001",
        42,
        40,
        List.of(
            new DeltaFile("day=2026-01-02/a%25.parquet", partition, 123, 456, "{\"numRecords\":3}"),
            new DeltaFile("b.parquet", Collections.emptyMap(), 1, 2, "{}")),
        Map.of("topic/0", new PositionRange(7, 99)));
  }

  @Test
  void comesBackAsItWent() throws IOException {
    byte[] bytes = serializer.serialize(committable());

    assertThat(serializer.deserialize(serializer.getVersion(), bytes)).isEqualTo(committable());
  }

  @Test
  void readsWhatTheFirstVersionWrote() throws IOException {
    assertThat(serializer.deserialize(1, Base64.getDecoder().decode(VERSION_1)))
        .isEqualTo(committable());
  }

  @Test
  void readsWhatTheSecondVersionWrote() throws IOException {
    assertThat(serializer.deserialize(2, Base64.getDecoder().decode(VERSION_2)))
        .isEqualTo(upsert());
  }

  @Test
  void readsWhatTheThirdVersionWrote() throws IOException {
    assertThat(serializer.deserialize(3, Base64.getDecoder().decode(VERSION_3)))
        .isEqualTo(evolved());
  }

  @Test
  void whatAnIndexForgotComesBackToo() throws IOException {
    UUID file = UUID.fromString("5c0b7a52-0000-4000-8000-000000000002");
    Forgotten forgotten =
        new Forgotten(
            1_000,
            2_000,
            Map.of(file, RoaringBitmap.bitmapOf(1, 70_000)),
            List.of(List.of("T1", 5L)));
    DeltaCommittable committable =
        TestingCommittables.upsert(
            "trades",
            "/lake/silver/trades",
            "5c0b7a52-0000-4000-8000-000000000001",
            42,
            40,
            committable().files(),
            Map.of(),
            new Retractions(Map.of(), List.of(), forgotten),
            Lineage.NONE);

    assertThat(serializer.deserialize(4, serializer.serialize(committable))).isEqualTo(committable);
  }

  private static DeltaCommittable evolved() {
    return new DeltaCommittable(
        "trades",
        "/lake/silver/trades",
        "5c0b7a52-0000-4000-8000-000000000001",
        42,
        40,
        committable().files(),
        Map.of(),
        Retractions.NONE,
        Lineage.OF_AN_APPEND,
        newColumns());
  }

  private static NewColumns newColumns() {
    return new NewColumns(
        RowType.of(
            false,
            new LogicalType[] {VarCharType.STRING_TYPE, new DecimalType(12, 2)},
            new String[] {"venue", "fee"}));
  }

  private static DeltaCommittable upsert() {
    List<Object> key =
        List.of("T1", 20_000L, true, new BigDecimal("1.5"), ByteBuffer.wrap(new byte[] {1, 2}));
    Retractions retractions =
        new Retractions(
            Map.of(
                UUID.fromString("5c0b7a52-0000-4000-8000-000000000002"),
                RoaringBitmap.bitmapOf(0, 7, 100_000)),
            List.of(new Retractions.DeletedKey(key, 77)));
    return TestingCommittables.upsert(
        "trades",
        "/lake/silver/trades",
        "5c0b7a52-0000-4000-8000-000000000001",
        42,
        40,
        List.of(),
        Map.of(),
        retractions,
        Lineage.NONE.and("5c0b7a52-0000-4000-8000-000000000003", 12).learned(9));
  }

  @Test
  void refusesWhatALaterVersionWrote() {
    assertThatThrownBy(() -> serializer.deserialize(99, new byte[0]))
        .hasMessageContainingAll("99", "restore with the build");
  }

  @Test
  void writeResultsComeBackToo() throws IOException {
    DeltaWriteResult result =
        new DeltaWriteResult(
            committable().files(),
            committable().positions(),
            upsert().retractions(),
            5,
            newColumns());
    DeltaWriteResultSerializer results = new DeltaWriteResultSerializer();

    assertThat(results.deserialize(results.getVersion(), results.serialize(result)))
        .isEqualTo(result);
  }

  @Test
  void writeResultsOfTheVersionBeforeAreRead() throws IOException {
    DeltaWriteResult result = TestingCommittables.written(committable().files(), Map.of());
    DeltaWriteResultSerializer results = new DeltaWriteResultSerializer();
    byte[] bytes = results.serialize(result);
    // What was forgotten, which is nothing, stands before the version that was learned. The new
    // columns, of which there are none, are the last four bytes.
    int tail = Long.BYTES + Integer.BYTES;
    int forgotten = 2 * Long.BYTES + 2 * Integer.BYTES;
    byte[] third = Arrays.copyOf(bytes, bytes.length - forgotten);
    System.arraycopy(bytes, bytes.length - tail, third, third.length - tail, tail);
    byte[] second = Arrays.copyOf(third, third.length - Integer.BYTES);

    assertThat(results.deserialize(3, third)).isEqualTo(result);
    assertThat(results.deserialize(2, second)).isEqualTo(result);
  }
}
