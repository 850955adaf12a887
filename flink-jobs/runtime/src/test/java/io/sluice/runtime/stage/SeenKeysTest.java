package io.sluice.runtime.stage;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.table.data.writer.BinaryRowWriter;
import org.junit.jupiter.api.Test;

class SeenKeysTest {
  private static RowData key(long id) {
    BinaryRowData row = new BinaryRowData(1);
    BinaryRowWriter writer = new BinaryRowWriter(row);
    writer.writeLong(0, id);
    writer.complete();
    return row;
  }

  @Test
  void neverForgetsAndSeldomErrs() {
    SeenKeys seen = new SeenKeys();
    int keys = 200_000;
    IntStream.range(0, keys).forEach(id -> seen.add(key(id)));
    assertThat(IntStream.range(0, keys).allMatch(id -> seen.mayContain(key(id)))).isTrue();
    long wrong = IntStream.range(keys, 2 * keys).filter(id -> seen.mayContain(key(id))).count();
    assertThat(wrong).isLessThan(keys / 1000);
  }

  @Test
  void anyKeyMayHaveBeenSeenUntilTheRestoredOnesAreRead() {
    AtomicBoolean closed = new AtomicBoolean();
    Stream<RowData> restored =
        IntStream.range(0, 20).mapToObj(SeenKeysTest::key).onClose(() -> closed.set(true));
    SeenKeys seen = new SeenKeys(restored);
    assertThat(seen.mayContain(key(100))).isTrue();
    assertThat(seen.mayContain(key(100))).isTrue();
    assertThat(closed).isFalse();
    assertThat(seen.mayContain(key(100))).isTrue();
    assertThat(closed).isTrue();
    assertThat(seen.mayContain(key(100))).isFalse();
    assertThat(IntStream.range(0, 20).allMatch(id -> seen.mayContain(key(id)))).isTrue();
  }

  @Test
  void closingEndsTheReading() {
    AtomicBoolean closed = new AtomicBoolean();
    SeenKeys seen = new SeenKeys(Stream.of(key(1)).onClose(() -> closed.set(true)));
    seen.close();
    seen.close();
    assertThat(closed).isTrue();
  }
}
