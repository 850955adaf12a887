package io.sluice.job;

import io.sluice.connectors.delta.DeltaTables;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** How far the ledger of a pipeline accounts for each partition of a dataset. */
final class LedgerPositions {
  private LedgerPositions() {}

  /**
   * Reads the ledger table once, when a job is submitted.
   *
   * @return "topic/partition" to the next offset; empty when there is no ledger yet
   */
  static Map<String, Long> read(String lake, String pipeline, String dataset) {
    String table = lake + "/ledger/" + pipeline;
    try {
      return DeltaTables.exists(table) ? positions(table, dataset) : Map.of();
    } catch (IOException e) {
      throw new UncheckedIOException(
          "The ledger %s cannot be read, so the job cannot tell what was counted before. Make the table readable and submit again."
              .formatted(table),
          e);
    }
  }

  private static Map<String, Long> positions(String table, String dataset) throws IOException {
    Map<String, Long> positions = new HashMap<>();
    try (Stream<Map<String, Object>> rows =
        DeltaTables.rows(table, OptionalLong.empty(), List.of("dataset", "to_offsets"), -1)) {
      rows.filter(row -> dataset.equals(row.get("dataset")))
          .forEach(row -> merge(positions, (Map<?, ?>) row.get("to_offsets")));
    }
    return positions;
  }

  private static void merge(Map<String, Long> positions, Map<?, ?> offsets) {
    offsets.forEach((group, next) -> positions.merge((String) group, (Long) next, Math::max));
  }
}
