package io.sluice.k8s.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** What a process of a pod has written to its standard output: an object a line. */
final class JsonLog {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  /** Every entry has them. */
  private static final Set<String> ALWAYS =
      Set.of("timestamp", "level", "logger", "thread", "pipeline", "message");

  /** An entry has them if there is something to say. */
  private static final Set<String> SOMETIMES = Set.of("job_id", "exception");

  private JsonLog() {}

  /**
   * The entries of a file, but for one that is being written.
   *
   * @throws AssertionError if a line is no entry, or has other keys than are documented
   */
  static List<JsonNode> entries(Path file, String pipeline) throws IOException {
    List<JsonNode> entries = new ArrayList<>();
    String text = Files.readString(file);
    for (String line : text.substring(0, text.lastIndexOf('\n') + 1).lines().toList()) {
      JsonNode entry = JSON.readTree(line);
      Set<String> keys = new TreeSet<>();
      entry.fieldNames().forEachRemaining(keys::add);
      assertThat(keys).as(line).containsAll(ALWAYS);
      keys.removeAll(ALWAYS);
      assertThat(SOMETIMES).as(line).containsAll(keys);
      for (JsonNode value : entry) {
        assertThat(value.isTextual()).as(line).isTrue();
      }
      assertThat(Instant.parse(entry.get("timestamp").asText())).isBefore(Instant.now());
      assertThat(entry.get("level").asText()).isIn("INFO", "WARN", "ERROR");
      assertThat(entry.get("pipeline").asText()).isEqualTo(pipeline);
      for (String key : keys) {
        assertThat(entry.get(key).asText()).as(line).isNotBlank();
      }
      entries.add(entry);
    }
    return entries;
  }
}
