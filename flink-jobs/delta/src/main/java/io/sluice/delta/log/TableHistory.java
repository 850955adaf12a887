package io.sluice.delta.log;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.delta.storage.LocalStorage;
import io.sluice.delta.storage.LogLines;
import io.sluice.delta.storage.LogNames;
import io.sluice.delta.storage.NotAnActionException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.apache.flink.annotation.Internal;

/** Reads what the log entries say about themselves. */
@Internal
public final class TableHistory {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path table;

  public TableHistory(Path table) {
    this.table = table;
  }

  public static Path entry(Path table, long version) {
    return table.resolve("_delta_log").resolve(String.format("%020d.json", version));
  }

  private static Stream<Path> list(Path table) throws IOException {
    LocalStorage storage = new LocalStorage(table);
    return storage.list(storage.log());
  }

  /** The first entry of the log at or after a version. */
  public static OptionalLong firstFrom(Path table, long version) throws IOException {
    try (Stream<Path> files = list(table)) {
      return files
          .filter(LogNames::isEntry)
          .mapToLong(LogNames::version)
          .filter(found -> found >= version)
          .min();
    }
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
    Path file = entry(table, version);
    JsonNode info = JSON.createObjectNode();
    int added = 0;
    int removed = 0;
    long rows = 0;
    long bytes = 0;
    try (LogLines lines = LogLines.open(file)) {
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
              .formatted(version, table, file, e.getMessage()),
          e);
    }
    return new TableVersion(
        version,
        new LocalStorage(table).attributes(file).lastModifiedTime().toInstant(),
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
