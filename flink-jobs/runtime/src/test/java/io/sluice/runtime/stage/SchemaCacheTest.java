package io.sluice.runtime.stage;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SchemaCacheTest {
  private static final int LARGE = 1 << 20;

  private final SchemaCache<String> cache = new SchemaCache<>();

  private long kept(int ids) {
    return IntStream.range(0, ids).filter(id -> cache.get(id) != null).count();
  }

  @Test
  void tenThousandOrdinarySchemasAreKept() {
    IntStream.range(0, 10_000).forEach(id -> cache.put(id, "x", 2_300));
    assertThat(kept(10_000)).isEqualTo(10_000);
  }

  @Test
  void ofLargeOnesThoseThatWereUsedLastAreKept() {
    cache.put(0, "x", LARGE);
    for (int id = 1; id < 100; id++) {
      cache.put(id, "x", LARGE);
      assertThat(cache.get(0)).isNotNull();
    }
    assertThat(kept(100)).isEqualTo(SchemaCache.MOST / (LARGE + SchemaCache.BASE));
    assertThat(cache.get(99)).isNotNull();
  }

  @Test
  void emptyOnesAreBoundedToo() {
    IntStream.range(0, 100_000).forEach(id -> cache.put(id, "x", 0));
    assertThat(kept(100_000)).isEqualTo(SchemaCache.MOST / SchemaCache.BASE);
  }

  @Test
  void whatIsReplacedOrRemovedWeighsNothing() {
    for (int i = 0; i < 100; i++) {
      cache.put(1, "x", LARGE);
      cache.put(2, "x", LARGE);
      cache.remove(2);
    }
    cache.remove(3);
    cache.put(3, "x", LARGE);
    assertThat(kept(10)).isEqualTo(2);
  }
}
