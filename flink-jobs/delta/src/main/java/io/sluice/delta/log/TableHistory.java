package io.sluice.delta.log;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.delta.storage.LogLines;
import io.sluice.delta.storage.LogNames;
import io.sluice.delta.storage.NotAnActionException;
import io.sluice.delta.storage.TableStorage;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.flink.annotation.Internal;

/** Reads what the log entries say about themselves. */
@Internal
public final class TableHistory {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final TableStorage table;

  public TableHistory(TableStorage table) {
    this.table = table;
  }

  /** The first entry of the log at or after a version. */
  public static OptionalLong firstFrom(TableStorage table, long version) throws IOException {
    return table.names(TableStorage.LOG, "%020d".formatted(version)).stream()
        .filter(LogNames::isEntry)
        .mapToLong(LogNames::version)
        .min();
  }

  /** Newest first, until the limit or the oldest entry that is still there. */
  public List<TableVersion> before(long latest, int limit) throws IOException {
    List<TableVersion> versions = new ArrayList<>();
    for (long version = latest; version >= 0 && versions.size() < limit; version--) {
      try {
        versions.add(read(version));
      } catch (NoSuchFileException cleanedUp) {
        if (version == latest) {
          throw cleanedUp;
        }
        break;
      }
    }
    return versions;
  }

  private TableVersion read(long version) throws IOException {
    String file = LogNames.entry(version);
    JsonNode info = JSON.createObjectNode();
    int added = 0;
    int removed = 0;
    long rows = 0;
    long bytes = 0;
    try (LogLines lines = LogLines.open(table, file)) {
      for (JsonNode action = lines.next(); action != null; action = lines.next()) {
        info = action.has("commitInfo") ? action.get("commitInfo") : info;
        removed += action.has("remove") ? 1 : 0;
        if (action.has("add")) {
          JsonNode add = action.get("add");
          added++;
          bytes += add.path("size").asLong();
          rows += add.hasNonNull("stats") ? records(add) : 0;
        }
      }
    } catch (NotAnActionException | IllegalArgumentException e) {
      throw new IOException(
          "Version %d of table %s cannot be read: in its log entry %s, %s. Repair the entry"
              .formatted(version, table, table.path(file), e.getMessage()),
          e);
    }
    return new TableVersion(
        version,
        table.status(file).time(),
        info.path("operation").asText(""),
        info.path("engineInfo").asText(""),
        parameters(info.path("operationParameters")),
        added,
        removed,
        rows,
        bytes);
  }

  private static long records(JsonNode add) {
    try {
      return Statistics.rows(add.get("stats").asText()).orElse(0);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "file " + add.path("path").asText() + ": " + e.getMessage(), e);
    }
  }

  private static Map<String, String> parameters(JsonNode node) {
    Map<String, String> parameters = new LinkedHashMap<>();
    node.fields()
        .forEachRemaining(
            field ->
                parameters.put(
                    field.getKey(),
                    field.getValue().isValueNode()
                        ? field.getValue().asText()
                        : field.getValue().toString()));
    return parameters;
  }
}
