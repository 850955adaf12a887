package io.sluice.delta.upsert;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.table.data.writer.BinaryRowWriter;
import org.junit.jupiter.api.Test;

class KnownKeysTest {

  @Test
  void neverForgetsAndSeldomErrs() {
    try (KnownKeys keys = new KnownKeys(Stream.empty())) {
      keys.add(key(-1));
      int count = 200_000;
      long wrong = IntStream.range(0, count).filter(id -> keys.add(key(id))).count();
      assertThat(wrong).isLessThan(count / 1000);
      assertThat(IntStream.range(0, count).allMatch(id -> keys.add(key(id)))).isTrue();
    }
  }

  @Test
  void anyKeyMayBeKnownUntilTheRestoredOnesAreRead() {
    AtomicBoolean closed = new AtomicBoolean();
    Stream<RowData> restored =
        IntStream.range(0, 20).mapToObj(KnownKeysTest::key).onClose(() -> closed.set(true));
    try (KnownKeys keys = new KnownKeys(restored)) {
      assertThat(IntStream.of(100, 101, 102).allMatch(id -> keys.add(key(id)))).isTrue();
      assertThat(closed).isTrue();
      assertThat(keys.add(key(103))).isFalse();
      assertThat(IntStream.range(0, 20).allMatch(id -> keys.add(key(id)))).isTrue();
      assertThat(IntStream.of(100, 101, 102, 103).allMatch(id -> keys.add(key(id)))).isTrue();
    }
  }

  @Test
  void closingEndsTheReading() {
    AtomicBoolean closed = new AtomicBoolean();
    new KnownKeys(Stream.of(key(1)).onClose(() -> closed.set(true))).close();
    assertThat(closed).isTrue();
  }

  private static RowData key(long id) {
    BinaryRowData row = new BinaryRowData(1);
    BinaryRowWriter writer = new BinaryRowWriter(row);
    writer.writeLong(0, id);
    writer.complete();
    return row;
  }
}
