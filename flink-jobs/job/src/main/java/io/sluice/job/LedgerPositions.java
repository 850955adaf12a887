package io.sluice.job;

import io.sluice.definition.edit.TopicLife;
import io.sluice.delta.table.DeltaTables;
import io.sluice.runtime.ledger.LedgerOperator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** How far the ledger of a pipeline accounts for each partition of a dataset's topic. */
final class LedgerPositions {
  private LedgerPositions() {}

  /**
   * Reads the ledger table once, when a job is submitted.
   *
   * @param topic rows of its other lives do not count
   * @return "topic/partition" to the next offset; empty when there is no ledger yet
   */
  static Map<String, Long> read(String lake, String pipeline, String dataset, TopicLife topic) {
    String table = lake + "/ledger/" + pipeline;
    try {
      return DeltaTables.exists(table) ? positions(table, dataset, topic) : Map.of();
    } catch (IOException e) {
      throw new UncheckedIOException(
          "The ledger %s cannot be read, so the job cannot tell what was counted before. Make the table readable and submit again."
              .formatted(table),
          e);
    }
  }

  private static Map<String, Long> positions(String table, String dataset, TopicLife topic)
      throws IOException {
    // Ledgers of older versions lack the column until the job writes its first row.
    boolean namesTopics =
        DeltaTables.schema(table, OptionalLong.empty()).stream()
            .anyMatch(column -> column.name().equals(LedgerOperator.TOPIC_ID));
    List<String> columns = new ArrayList<>(List.of("dataset", "to_offsets"));
    if (namesTopics) {
      columns.add(LedgerOperator.TOPIC_ID);
    }
    Map<String, Long> positions = new HashMap<>();
    try (Stream<Map<String, Object>> rows =
        DeltaTables.rows(table, OptionalLong.empty(), columns, -1)) {
      rows.filter(row -> dataset.equals(row.get("dataset")))
          .filter(row -> isOf(topic, (String) row.get(LedgerOperator.TOPIC_ID)))
          .forEach(row -> merge(positions, (Map<?, ?>) row.get("to_offsets")));
    }
    return positions;
  }

  private static boolean isOf(TopicLife topic, String id) {
    return id == null ? topic.first() : id.equals(topic.id());
  }

  private static void merge(Map<String, Long> positions, Map<?, ?> offsets) {
    offsets.forEach((group, next) -> positions.merge((String) group, (Long) next, Math::max));
  }
}
