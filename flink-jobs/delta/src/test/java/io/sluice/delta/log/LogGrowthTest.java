package io.sluice.delta.log;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.delta.sink.SinkBuilder;
import io.sluice.delta.table.DeltaTables;
import io.sluice.delta.testing.TestingLog;
import io.sluice.delta.testing.TestingSilver;
import io.sluice.delta.testing.TestingStorage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How many bytes of log entries a commit of an upsert leaves, those of compactions included. */
@Tag("storage")
class LogGrowthTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int WARM_UP = 8;
  private static final int COMMITS = 24;
  private static final int EVENTS = 500;

  @TempDir Path directory;

  @Test
  void aCommitOfSilverTakesFourKilobytesInItsSteadyState() throws Exception {
    Path path = directory.resolve("silver");
    try (TestingSilver silver = new TestingSilver(path)) {
      commit(silver, WARM_UP);
      long before = DeltaTables.latestVersion(TestingStorage.address(path));
      commit(silver, COMMITS);

      TreeMap<String, Long> bytes = new TreeMap<>();
      for (long version = before + 1;
          version <= DeltaTables.latestVersion(TestingStorage.address(path));
          version++) {
        count(TestingLog.entry(path, version), bytes);
      }
      assertThat(bytes).as("files are touched and compacted").containsKeys("remove", "OPTIMIZE");
      long sum = bytes.values().stream().mapToLong(Long::longValue).sum();
      bytes.replaceAll((kind, all) -> all / COMMITS);
      assertThat(sum / COMMITS).as("bytes per commit: %s", bytes).isLessThanOrEqualTo(4096);
      assertThat(silver.content()).isEqualTo(silver.expected());
    }
  }

  private static void commit(TestingSilver silver, int times) throws Exception {
    for (int i = 0; i < times; i++) {
      silver.commit(EVENTS);
    }
  }

  /** By kind of action; of compactions in all. */
  private static void count(Path entry, TreeMap<String, Long> bytes) throws IOException {
    List<String> lines = Files.readAllLines(entry);
    boolean compaction = lines.get(0).contains("OPTIMIZE");
    for (String line : lines) {
      String kind = compaction ? "OPTIMIZE" : JSON.readTree(line).fieldNames().next();
      bytes.merge(kind, line.getBytes(StandardCharsets.UTF_8).length + 1L, Long::sum);
    }
  }

  /** What tells whether a file holds a row comes first, then what comes first in the table. */
  @Test
  void aSmallFileHasBoundsOfItsFirstColumns() throws Exception {
    JsonNode stats = statistics(SinkBuilder.DEFAULT_FILE_SIZE);
    for (String kind : List.of("minValues", "maxValues", "nullCount")) {
      assertThat(names(stats.get(kind)))
          .containsExactlyInAnyOrder("trade_id", "event_ts", "book", "symbol");
    }
    assertThat(stats.get("numRecords").asLong()).isPositive();
  }

  @Test
  void aFileThatIsNotSmallHasBoundsOfAll() throws Exception {
    // A file of one byte is not small then.
    assertThat(names(statistics(16).get("minValues"))).hasSize(19).contains("_offset");
  }

  private JsonNode statistics(long targetFileSize) throws Exception {
    Path path = directory.resolve("silver");
    try (TestingSilver silver = new TestingSilver(path, targetFileSize)) {
      silver.commit(100);
    }
    JsonNode add = new TestingLog(path).actions(1, "add").get(0);
    return JSON.readTree(add.get("stats").asText());
  }

  private static List<String> names(JsonNode object) {
    List<String> names = new ArrayList<>();
    for (Iterator<String> next = object.fieldNames(); next.hasNext(); ) {
      names.add(next.next());
    }
    return names;
  }
}
