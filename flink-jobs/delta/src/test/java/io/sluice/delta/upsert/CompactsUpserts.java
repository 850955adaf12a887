package io.sluice.delta.upsert;

import io.sluice.delta.live.CompactionCandidates;
import io.sluice.delta.table.DeltaTables;
import io.sluice.delta.testing.TestingStorage;
import io.sluice.delta.testing.TestingUpsert;
import java.nio.file.Path;
import java.util.TreeMap;
import org.junit.jupiter.api.io.TempDir;

/** An upsert whose small files are packed in the background, and the rows that it must have. */
abstract class CompactsUpserts {

  @TempDir Path directory;

  final TreeMap<String, Long> expected = new TreeMap<>();
  Path path;

  void put(TestingUpsert upsert, String id, long version) throws Exception {
    upsert.put(id, version, version);
    expected.put(id + "/d", version);
  }

  /** As many commits as are packed at once, of two keys each. */
  TestingUpsert.Saved eight(TestingUpsert upsert, int round) throws Exception {
    TestingUpsert.Saved last = null;
    for (int i = 0; i < CompactionCandidates.FAN_IN; i++) {
      put(upsert, "a" + round + i, 1);
      put(upsert, "b" + round + i, 1);
      last = upsert.checkpoint();
    }
    return last;
  }

  TestingUpsert start() throws Exception {
    path = directory.resolve("t");
    return TestingUpsert.compacting(path, null);
  }

  long files() throws Exception {
    return DeltaTables.detail(TestingStorage.address(path)).files();
  }

  /** How many compactions there were. */
  long published() throws Exception {
    return DeltaTables.history(TestingStorage.address(path), 1000).stream()
        .filter(version -> version.operation().equals("OPTIMIZE"))
        .count();
  }
}
