package io.sluice.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** The sizes of each overlay add up, and leave enough for RocksDB and the job's heap. */
class MemoryTest {

  @ParameterizedTest
  @FieldSource("io.sluice.k8s.Overlay#NAMES")
  void overlaysAreRight(String name) throws Exception {
    assertThat(new Memory().problems(Overlay.of(name).deployment())).isEmpty();
  }
}
