package io.sluice.connectors.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DeltaCommittableSerializerTest {

  /** What version 1 wrote; it must be readable for ever. */
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
    return new DeltaCommittable(
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
    assertThat(Base64.getEncoder().encodeToString(serializer.serialize(committable())))
        .isEqualTo(VERSION_1);
    assertThat(serializer.deserialize(1, Base64.getDecoder().decode(VERSION_1)))
        .isEqualTo(committable());
  }

  @Test
  void refusesWhatALaterVersionWrote() {
    assertThatThrownBy(() -> serializer.deserialize(99, new byte[0]))
        .hasMessageContainingAll("99", "restore with the build");
  }

  @Test
  void writeResultsComeBackToo() throws IOException {
    DeltaWriteResult result =
        new DeltaWriteResult(committable().files(), committable().positions());
    DeltaWriteResultSerializer results = new DeltaWriteResultSerializer();

    assertThat(results.deserialize(results.getVersion(), results.serialize(result)))
        .isEqualTo(result);
  }
}
