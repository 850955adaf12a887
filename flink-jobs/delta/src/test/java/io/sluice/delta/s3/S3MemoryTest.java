package io.sluice.delta.s3;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class S3MemoryTest {

  private static final S3Address A = new S3Address("lake", "a");

  private long nanos;
  private final S3Memory memory = new S3Memory(() -> nanos);

  private static S3Object object(String etag, long modified) {
    return new S3Object(A, 3, etag, modified);
  }

  private void pass(long seconds) {
    nanos += TimeUnit.SECONDS.toNanos(seconds);
  }

  @Test
  void theTimeOfAnObjectStaysAsItWasFirstTold() {
    memory.claimed(object("x", 10_000));
    assertThat(memory.told(object("x", 11_000)).modified()).isEqualTo(10_000);
    assertThat(memory.recognized(object("x", 9_000)).modified()).isEqualTo(10_000);
    assertThat(memory.told(object("x", 12_000)).modified()).as("renewed").isEqualTo(12_000);
  }

  @Test
  void anotherObjectHasAnotherTimeEvenInTheSameSecond() {
    long first = memory.told(object("x", 10_000)).modified();
    long second = memory.overwritten(object("y", 10_000)).modified();
    long third = memory.told(object("z", 10_000)).modified();
    long fourth = memory.overwritten(object("z", 10_000)).modified();
    assertThat(new long[] {first, second, third, fourth}).doesNotHaveDuplicates().isSorted();
  }

  @Test
  void aClaimIsKnownForAMoment() {
    memory.claimed(object("x", 10_000));
    pass(5);
    assertThat(memory.justClaimed(A)).isPresent();
    pass(1);
    assertThat(memory.justClaimed(A)).isEmpty();
    assertThat(memory.known(A)).isPresent();
    memory.claimed(object("x", 10_000));
    memory.forget(A);
    assertThat(memory.justClaimed(A)).isEmpty();
    memory.overwritten(object("x", 10_000));
    assertThat(memory.justClaimed(A)).isEmpty();
  }

  @Test
  void bytesAreOfTheObjectThatTheStoreToldLast() {
    byte[] bytes = {1, 2, 3};
    memory.keep(memory.claimed(object("x", 10_000)), bytes);
    assertThat(memory.current(A)).contains(bytes);
    pass(61);
    assertThat(memory.current(A)).as("too long ago").isEmpty();
    assertThat(memory.confirmed(A, "x")).contains(bytes);
    assertThat(memory.current(A)).contains(bytes);
    memory.told(object("y", 20_000));
    assertThat(memory.current(A)).as("another object").isEmpty();
    assertThat(memory.confirmed(A, "y")).isEmpty();
  }

  @Test
  void bytesWithoutATagAreNotKept() {
    memory.keep(memory.claimed(object("", 10_000)), new byte[3]);
    assertThat(memory.current(A)).isEmpty();
  }

  @Test
  void theOldestBytesMakeRoom() {
    byte[] large = new byte[3 << 20];
    for (int i = 0; i < 12; i++) {
      S3Address address = new S3Address("lake", "entry" + i);
      memory.keep(memory.told(new S3Object(address, large.length, "x", 1)), large);
    }
    int kept = 0;
    for (int i = 0; i < 12; i++) {
      kept += memory.current(new S3Address("lake", "entry" + i)).isPresent() ? 1 : 0;
    }
    assertThat(kept).as("of 3 MB each in 32 MB").isEqualTo(10);
    assertThat(memory.current(new S3Address("lake", "entry11"))).isPresent();
    memory.keep(memory.told(object("x", 1)), new byte[5 << 20]);
    assertThat(memory.current(A)).as("too large").isEmpty();
  }
}
