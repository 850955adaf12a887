package io.sluice.delta.log;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.OptionalLong;
import org.apache.flink.annotation.Internal;

/** Reads and changes the statistics of a file in the form of the Delta protocol. */
@Internal
public final class Statistics {

  /** Every digit counts: a bound that is rounded hides rows. */
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .nodeFactory(JsonNodeFactory.withExactBigDecimals(true))
          .build();

  private static final String ROWS = "numRecords";

  private Statistics() {}

  /**
   * Marks the bounds as loose, for a file whose rows are partly deleted: they still hold, but may
   * be wider than what is left.
   */
  static String withLooseBounds(String stats) {
    JsonNode parsed = parse(stats);
    if (parsed instanceof ObjectNode object) {
      return object.put("tightBounds", false).toString();
    }
    return stats;
  }

  /** Adds the number of rows, which a file with a deletion vector must tell. */
  static String withRows(String stats, long rows) {
    ObjectNode object = parse(stats) instanceof ObjectNode found ? found : JSON.createObjectNode();
    return object.put(ROWS, rows).toString();
  }

  /** The rows of a file, deleted ones included; empty when its writer did not tell. */
  public static OptionalLong rows(String stats) {
    JsonNode rows = parse(stats).path(ROWS);
    if (!rows.isIntegralNumber()) {
      return OptionalLong.empty();
    }
    if (!rows.canConvertToLong() || rows.longValue() < 0) {
      throw new IllegalArgumentException("its statistics tell of %s rows".formatted(rows));
    }
    return OptionalLong.of(rows.longValue());
  }

  /** The bound of a column, {@code minValues} or {@code maxValues}; a missing node if unknown. */
  public static JsonNode bound(String stats, String kind, String column) {
    return parse(stats).path(kind).path(column);
  }

  private static JsonNode parse(String stats) {
    if (stats.isEmpty()) {
      return MissingNode.getInstance();
    }
    try {
      return JSON.readTree(stats);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "its statistics are no JSON (%s): %s".formatted(e.getOriginalMessage(), stats), e);
    }
  }
}
