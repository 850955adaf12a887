package io.sluice.connectors.delta;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.OptionalLong;

/** Reads and changes the statistics of a file in the form of the Delta protocol. */
final class Statistics {

  private static final ObjectMapper JSON = new ObjectMapper();

  private Statistics() {}

  /**
   * The same for a file whose rows are partly deleted: the bounds hold still, but may be wider than
   * what is left.
   */
  static String withLooseBounds(String stats) {
    JsonNode parsed = parse(stats);
    if (parsed instanceof ObjectNode object) {
      return object.put("tightBounds", false).toString();
    }
    return stats;
  }

  /** The rows of a file, deleted ones included; empty when its writer did not tell. */
  static OptionalLong rows(String stats) {
    JsonNode rows = parse(stats).path("numRecords");
    return rows.isIntegralNumber() ? OptionalLong.of(rows.longValue()) : OptionalLong.empty();
  }

  /** The bound of a column, {@code minValues} or {@code maxValues}; a missing node if unknown. */
  static JsonNode bound(String stats, String kind, String column) {
    return parse(stats).path(kind).path(column);
  }

  private static JsonNode parse(String stats) {
    if (stats.isEmpty()) {
      return MissingNode.getInstance();
    }
    try {
      return JSON.readTree(stats);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("Statistics of a Delta file are no JSON: " + stats, e);
    }
  }
}
