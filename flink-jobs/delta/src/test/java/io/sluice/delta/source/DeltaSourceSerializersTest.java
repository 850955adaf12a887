package io.sluice.delta.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.delta.kernel.internal.actions.DeletionVectorDescriptor;
import io.sluice.delta.log.FileEncoding;
import io.sluice.delta.parquet.FileRange;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.api.Test;

class DeltaSourceSerializersTest {

  private final DeltaSplitSerializer splits = new DeltaSplitSerializer();
  private final DeltaSourceStateSerializer states = new DeltaSourceStateSerializer();

  private static DeltaSplit split(String id, DeletionVectorDescriptor deletions) {
    Map<String, String> partition = new HashMap<>();
    partition.put("day", "2026-01-31");
    partition.put("größe", null);
    return new DeltaSplit(
        id,
        new FileRange("day=1/a%20b.parquet", partition, Optional.ofNullable(deletions), 5, 9),
        77);
  }

  @Test
  void splitsComeBackWithEveryField() throws Exception {
    for (DeltaSplit split :
        List.of(
            split("1:a:5", null),
            split("2:b:5", new DeletionVectorDescriptor("u", "ab^c", Optional.of(1), 34, 2)),
            split(
                "3:c:5",
                new DeletionVectorDescriptor("i", "wi5b", Optional.empty(), 34, 1L << 40)))) {
      assertThat(splits.deserialize(splits.getVersion(), splits.serialize(split))).isEqualTo(split);
    }
  }

  @Test
  void statesComeBackWithEveryField() throws Exception {
    for (DeltaSourceState state :
        List.of(
            DeltaSourceState.NOTHING,
            new DeltaSourceState("id", OptionalLong.of(0), List.of()),
            new DeltaSourceState(
                "id",
                OptionalLong.of(12),
                List.of(split("1", null), split("2", null)),
                OpenReadMark.of(11)))) {
      assertThat(states.deserialize(states.getVersion(), states.serialize(state))).isEqualTo(state);
    }
  }

  @Test
  void statesOfTheReleaseBeforeOpenReadsAreUnderstood() throws Exception {
    DeltaSourceState state =
        new DeltaSourceState("id", OptionalLong.of(12), List.of(split("1", null)));
    byte[] now = states.serialize(state);
    byte[] then = Arrays.copyOf(now, now.length - Long.BYTES - emptyText());

    assertThat(states.deserialize(1, then)).isEqualTo(state);
  }

  private static int emptyText() throws Exception {
    DataOutputSerializer out = new DataOutputSerializer(8);
    FileEncoding.writeText(out, "");
    return out.length();
  }

  @Test
  void unknownVersionsAreRefused() throws Exception {
    byte[] split = splits.serialize(split("1", null));
    byte[] state = states.serialize(DeltaSourceState.NOTHING);

    assertThatThrownBy(() -> splits.deserialize(9, split)).hasMessageContainingAll("9", "1");
    assertThatThrownBy(() -> states.deserialize(9, state)).hasMessageContainingAll("9", "2");
  }

  @Test
  void whatIsNoneCannotBeMade() {
    assertThatThrownBy(() -> new FileRange("a", Map.of(), Optional.empty(), 9, 5))
        .hasMessageContaining("a");
    FileRange range = new FileRange("a", Map.of(), Optional.empty(), 0, 5);
    assertThatThrownBy(() -> new DeltaSplit("x", range, -1)).hasMessageContaining("x");
    assertThatThrownBy(
            () ->
                new DeltaSourceState(
                    "", OptionalLong.empty(), List.of(new DeltaSplit("x", range, 0))))
        .hasMessageContaining("x");
  }
}
